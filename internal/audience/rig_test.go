package audience

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// final is the match of most tests.
var final = store.Key{Match: "arg-fra-2022-12-18", Epoch: "k3f9a2"}

// node is a ledger with its matches, over a store that others may use, too.
type node struct {
	testing.TB
	*Ledger
	mu      sync.Mutex // of watched
	watched map[store.Key]*Match
	log     *log
}

// open begins to count, until Close or crash, or the end of the test.
func open(t testing.TB, s store.Store, users int) *node {
	t.Helper()
	n := &node{TB: t, watched: map[store.Key]*Match{}, log: new(log)}
	n.Ledger = Open(context.Background(), s, Options{Users: users, Log: slog.New(slog.NewTextHandler(n.log, nil))})
	t.Cleanup(n.crash)
	return n
}

func (n *node) match(key store.Key) *Match {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.watched[key] == nil {
		n.watched[key] = new(Match)
	}
	return n.watched[key]
}

// joins counts somebody in for each user; "" is nobody in particular.
func (n *node) joins(key store.Key, users ...string) {
	for _, u := range users {
		n.match(key).Joined(n.Ledger, key, []byte(u))
	}
}

func (n *node) leaves(key store.Key, times int) {
	for range times {
		n.match(key).Left()
	}
}

func (n *node) wants(key store.Key, want Figures) {
	n.Helper()
	got, err := n.match(key).Figures(n.Context(), n.Ledger, key)
	if err != nil || got != want {
		n.Fatalf("%s: %+v, %v; want %+v", key.Match, got, err, want)
	}
}

func (n *node) visited(user string, want uint64) {
	n.Helper()
	got, err := n.Visits(n.Context(), user)
	if err != nil || got != want {
		n.Fatalf("%s came %d times, %v; want %d", user, got, err, want)
	}
}

func (n *node) forgets(user string, want bool) {
	n.Helper()
	got, err := n.ForgetUser(n.Context(), user)
	if err != nil || got != want {
		n.Fatalf("%s was known: %v, %v; want %v", user, got, err, want)
	}
}

// another user, of the same shard or of a different one.
func (n *node) another(user string, same bool) string {
	for i := 0; ; i++ {
		if a, b := n.key.hash([]byte(user)), n.key.hash([]byte(named(i))); (byte(a) == byte(b)) == same {
			return named(i)
		}
	}
}

// crash ends it as kill -9 does: nothing more is written.
func (n *node) crash() {
	n.stop()
	n.kill()
	n.done.Wait()
}

// passes lets time go by, in a bubble, until all is quiet.
func passes(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// log is what was logged.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// count is how many lines have all of these words.
func (l *log) count(words ...string) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.text.String()) {
		all := true
		for _, w := range words {
			all = all && strings.Contains(line, w)
		}
		if all {
			n++
		}
	}
	return n
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// faulty is a store that fails as its test wants: each call goes through do.
type faulty struct {
	store.Store
	mu sync.Mutex
	do func(ctx context.Context, op, key string, call func() error) error
}

func newFaulty() *faulty { return &faulty{Store: memory.New()} }

func (f *faulty) set(do func(ctx context.Context, op, key string, call func() error) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.do = do
}

func (f *faulty) through(ctx context.Context, op, key string, call func() error) error {
	f.mu.Lock()
	do := f.do
	f.mu.Unlock()
	if do == nil {
		return call()
	}
	return do(ctx, op, key, call)
}

func (f *faulty) Put(ctx context.Context, key string, value []byte, expect uint64) (revision uint64, err error) {
	err = f.through(ctx, "put", key, func() (err error) {
		revision, err = f.Store.Put(context.WithoutCancel(ctx), key, value, expect) // it may be called later
		return err
	})
	return revision, err
}

func (f *faulty) Get(ctx context.Context, key string) (e store.Entry, err error) {
	err = f.through(ctx, "get", key, func() (err error) {
		e, err = f.Store.Get(ctx, key)
		return err
	})
	return e, err
}

// hangs until ctx ends, as a disk does that does not answer.
func hangs(ctx context.Context, _, _ string, _ func() error) error {
	<-ctx.Done()
	return fmt.Errorf("%w: %w", store.ErrUnknown, ctx.Err())
}

// has is how many entries the store has below a prefix.
func has(t testing.TB, s store.Store, prefix string) int {
	t.Helper()
	all, err := s.List(context.Background(), prefix)
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// spoil replaces an entry by f of it.
func spoil(t testing.TB, s store.Store, key string, f func([]byte) []byte) {
	t.Helper()
	e, err := s.Get(context.Background(), key)
	if err == nil {
		_, err = s.Put(context.Background(), key, f(e.Value), e.Revision)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// flip a bit in the middle.
func flip(b []byte) []byte {
	b = bytes.Clone(b)
	b[len(b)/2] ^= 4
	return b
}

// newer is a value as a later version may write it.
func newer(b []byte) []byte {
	return seal(append([]byte{format + 1}, b[1:len(b)-4]...))
}

func named(i int) string { return fmt.Sprintf("user-%d", i) }
