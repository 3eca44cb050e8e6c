package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/gofrs/flock"
	"github.com/nats-io/nats.go"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream"
)

// told calls f for each line of a log.
type told struct {
	slog.Handler
	f func()
}

func (told) Enabled(context.Context, slog.Level) bool    { return true }
func (l told) Handle(context.Context, slog.Record) error { l.f(); return nil }

// TestFirstStartCutOff: a first start that ends half-way leaves a folder that the
// next one takes, wherever it ends.
func TestFirstStartCutOff(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := Open(ctx, Options{Dir: dir, Log: slog.New(told{f: cancel})}); !errors.Is(err, context.Canceled) {
		t.Fatal(err) // the first line is said when the server starts
	}
	closed(t, quiet(t, dir))
	before := t.TempDir() // its server began
	for _, name := range []string{lockFile, tallyFile, tallyFile + ".tmp", versionFile + ".tmp"} {
		write(t, "", before, name)
	}
	closed(t, quiet(t, before))
}

// TestCopyWithoutLock: whether who had a folder has closed it is not known
// without its lock file, as in a copy.
func TestCopyWithoutLock(t *testing.T) {
	dir := t.TempDir()
	interleaved(t, dir, 3)
	for _, want := range []bool{true, false} {
		f, err := lockFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		if f.clean != want {
			t.Errorf("clean: %t", f.clean)
		}
		if err := errors.Join(f.unlock(), os.Remove(f.lock.Path())); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTallyIsMendedFromTheStore: what is damaged of the tally is known again after
// a start, so that what the disk loses later is missed.
func TestTallyIsMendedFromTheStore(t *testing.T) {
	for name, spoil := range map[string]func(text []byte) []byte{
		"empty":   func([]byte) []byte { return nil },
		"flipped": func(text []byte) []byte { text[len(text)-3] ^= 1; return text },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := quiet(t, dir)
			revision, err := s.Put(t.Context(), "team/a", []byte("first"), 0)
			if err == nil {
				_, err = s.Put(t.Context(), "team/a", []byte("second"), revision)
			}
			if err != nil {
				t.Fatal(err)
			}
			closed(t, s)
			text, err := os.ReadFile(filepath.Join(dir, tallyFile))
			if err != nil {
				t.Fatal(err)
			}
			write(t, string(spoil(text)), dir, tallyFile)
			closed(t, quiet(t, dir))
			if got := reread(t, dir); got["catalogue.team.a"] != int64(revision)+1 {
				t.Errorf("it says %v", got)
			}
		})
	}
}

// TestTallyOfBefore: a tally in a folder of an older version was left by a start
// that was cut off; what the older program did later is not in it.
func TestTallyOfBefore(t *testing.T) {
	dir := t.TempDir()
	interleaved(t, dir, 3)
	s := quiet(t, dir)
	if err := s.Purge(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	closed(t, s)
	write(t, string(appendNote(nil, jetstream.JournalSubject(key), 3)), dir, tallyFile)
	write(t, "matchstream-store 1\n", dir, versionFile)
	s = quiet(t, dir)
	defer s.Close()
	if j, err := s.Journals(t.Context()); err != nil || len(j) != 1 || j[0].Key != otherKey {
		t.Errorf("%v, %v", j, err)
	}
}

// TestPurgeRace: who appends while a journal is purged does not make it a lost one.
func TestPurgeRace(t *testing.T) {
	s := quiet(t, t.TempDir())
	defer s.Close()
	for n := range 30 {
		k := store.Key{Match: key.Match, Epoch: fmt.Sprintf("e%d", n)}
		var all sync.WaitGroup
		all.Go(func() {
			for mark, i := store.Mark(0), int64(1); i < 6; i++ {
				var err error
				if mark, err = s.Append(t.Context(), k, mark, i, nil); err != nil {
					return // purged
				}
			}
		})
		all.Go(func() {
			if err := s.Purge(t.Context(), k); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
		if r, err := s.Read(t.Context(), k, 1); len(r) == 0 && err != nil {
			t.Fatal(err)
		}
	}
}

// TestPurgeUnwritable: where nothing can be written nothing is purged, and least
// of all a copy.
func TestPurgeUnwritable(t *testing.T) {
	s := quiet(t, t.TempDir())
	defer s.Close()
	if _, err := s.Append(t.Context(), key, 0, 1, nil); err != nil {
		t.Fatal(err)
	}
	s.health.fail(errors.New("test"))
	if err := s.Purge(t.Context(), key); !errors.Is(err, store.ErrUnwritable) {
		t.Error(err)
	}
}

// TestShownIsNoted: a record whose append had no answer in time is there when it
// is shown, and missed when it is lost.
func TestShownIsNoted(t *testing.T) {
	s := quiet(t, t.TempDir())
	defer s.Close()
	s.tally.begin(jetstream.JournalSubject(key)) // and that is all that is heard of it
	mark := uint64(0)
	for n := range int64(2) {
		m := nats.NewMsg(jetstream.JournalSubject(key))
		m.Header.Set(jetstream.NumberHeader, strconv.FormatInt(n+1, 10))
		var err error
		if mark, err = s.publish(t.Context(), m, mark); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Follow(ctx, 0, func(r store.Record) {
		if n := s.tally.get(jetstream.JournalSubject(key)); n != r.Number {
			t.Errorf("record %d is shown, %d is noted", r.Number, n)
		}
		if r.Number == 2 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	m := nats.NewMsg(jetstream.EntrySubject("team/a"))
	revision, err := s.publish(t.Context(), m, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(t.Context(), "team/a"); err != nil || s.tally.get(m.Subject) != int64(revision) {
		t.Errorf("%v; noted is %d", err, s.tally.get(m.Subject))
	}
}

// TestKeptOnce: what a start does not repair is kept beside once, not at each.
func TestKeptOnce(t *testing.T) {
	dir := t.TempDir()
	block := interleaved(t, dir, 3)
	b, err := os.ReadFile(block)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		b[len(b)-12] ^= 1
		if _, err := keepAside(dir, block, b, false); err != nil {
			t.Fatal(err)
		}
	}
	if kept, err := filepath.Glob(filepath.Join(dir, damagedDir, "*")); err != nil || len(kept) != 2 {
		t.Errorf("%v, %v", kept, err)
	}
}

// TestLostEntryIsPutOnce: of several who put a lost entry anew one is the first.
func TestLostEntryIsPutOnce(t *testing.T) {
	s := quiet(t, t.TempDir())
	defer s.Close()
	for n := range 30 {
		entry := fmt.Sprintf("team/a%d", n)
		if _, err := s.Put(t.Context(), entry, []byte("old"), 0); err != nil {
			t.Fatal(err)
		}
		s.tally.note(jetstream.EntrySubject(entry), 1<<40) // and that one is lost
		var put atomic.Int64
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				_, err := s.Put(t.Context(), entry, []byte("anew"), 0)
				if err == nil {
					put.Add(1)
				} else if !errors.Is(err, store.ErrConflict) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if put.Load() != 1 {
			t.Fatalf("%d were told that they have made it", put.Load())
		}
	}
}

// TestLeftCopies: a copy goes whose server was killed, though the folder can be
// written now; one that is in use stays.
func TestLeftCopies(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	for _, name := range []string{"matchstream-copy-1", "matchstream-copy-2", "another"} {
		if err := os.Mkdir(filepath.Join(temp, name), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, "", temp, name, lockFile)
	}
	used := flock.New(filepath.Join(temp, "matchstream-copy-2", lockFile))
	if locked, err := used.TryLock(); err != nil || !locked {
		t.Fatal(locked, err)
	}
	defer used.Close()
	closed(t, quiet(t, t.TempDir()))
	left, err := filepath.Glob(filepath.Join(temp, "*o*"))
	if err != nil || len(left) != 2 || filepath.Base(left[1]) != "matchstream-copy-2" {
		t.Errorf("left are %v, %v", left, err)
	}
}
