package peers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"matchstream/internal/store"
)

// bound is how long a failing test waits for what does not come.
const bound = 60 * time.Second

var ourSecret = Secret{strings.Repeat("our secret ", 4)}

// lab is a cluster whose nodes are all in this process.
type lab struct {
	t         *testing.T
	dir       string
	addresses map[string]string // of each node
	peers     []string
	synced    bool
	insecure  bool
}

// newLab makes addresses for nodes of these names; none is started.
func newLab(t *testing.T, names ...string) *lab {
	t.Helper()
	l := &lab{t: t, dir: t.TempDir(), addresses: make(map[string]string)}
	for _, n := range names {
		l.peers = append(l.peers, l.address(t, n))
	}
	return l
}

// address of one more node, which the others do not know of.
func (l *lab) address(t *testing.T, name string) string {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.addresses[name] = free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	return l.addresses[name]
}

func (l *lab) options(name string) Options {
	return Options{Node: name, Dir: filepath.Join(l.dir, name), Listen: l.addresses[name], Peers: l.peers, Secret: ourSecret, Log: logTo(l.t, name), unsynced: !l.synced, Insecure: l.insecure}
}

// open one node. Its store is closed at the end of the lab's test.
func (l *lab) open(o Options) (*Store, error) {
	ctx, cancel := context.WithTimeout(l.t.Context(), bound)
	defer cancel()
	s, err := Open(ctx, o)
	if err == nil {
		l.t.Cleanup(func() { s.Close() })
	}
	return s, err
}

// start nodes at once, as none can begin without the others.
func (l *lab) start(t *testing.T, names ...string) map[string]*Store {
	t.Helper()
	var all sync.WaitGroup
	var mu sync.Mutex
	started := make(map[string]*Store)
	for _, n := range names {
		o := l.options(n)
		all.Go(func() {
			s, err := l.open(o)
			if err != nil {
				t.Errorf("node %s: %v", n, err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			started[n] = s
		})
	}
	all.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return started
}

// within bounds the calls of a test.
func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), bound)
	t.Cleanup(cancel)
	return ctx
}

var testKey = store.Key{Match: "elp-tig-2011-09-10", Epoch: "e"}

// fill appends n records behind those that are there.
func fill(t *testing.T, s store.Store, n int) {
	t.Helper()
	ctx := within(t)
	last, number := end(t, ctx, s)
	for to := number + int64(n); number < to; {
		mark, err := s.Append(ctx, testKey, last, number+1, fmt.Appendf(nil, "record %d", number+1))
		switch {
		case err == nil:
			last, number = mark, number+1
		case mayPass(err) && ctx.Err() == nil:
			last, number = end(t, ctx, s) // perhaps it is there
		default:
			t.Fatal(err)
		}
	}
}

// end is the last record; while a new leader is found it is asked for again.
func end(t *testing.T, ctx context.Context, s store.Store) (store.Mark, int64) {
	t.Helper()
	for {
		records, err := s.Read(ctx, testKey, 1)
		switch {
		case err == nil && len(records) == 0:
			return 0, 0
		case err == nil:
			last := records[len(records)-1]
			return last.Mark, last.Number
		case !mayPass(err) || ctx.Err() != nil:
			t.Fatal(err)
		}
	}
}

func mayPass(err error) bool {
	return errors.Is(err, store.ErrUnavailable) || errors.Is(err, store.ErrUnknown) || errors.Is(err, store.ErrConflict)
}

// holds fails unless the records are those of fill, n of them.
func holds(t *testing.T, s store.Store, n int) {
	t.Helper()
	records, err := s.Read(within(t), testKey, 1)
	if err != nil || len(records) != n {
		t.Fatalf("%d records, %v; expected %d", len(records), err, n)
	}
	for i, r := range records {
		if want := fmt.Sprintf("record %d", i+1); string(r.Data) != want {
			t.Errorf("record %d is %q, expected %q", i+1, r.Data, want)
		}
	}
}

// logTo puts a node's log into the test's.
func logTo(t *testing.T, node string) *slog.Logger {
	w := &testWriter{t: t}
	t.Cleanup(w.end)
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelInfo})).With("name", node)
}

// testWriter writes to a test's log until the test ends.
type testWriter struct {
	mu sync.Mutex
	t  *testing.T
}

func (w *testWriter) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.t != nil {
		w.t.Log(strings.TrimSpace(string(b)))
	}
	return len(b), nil
}

func (w *testWriter) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.t = nil
}
