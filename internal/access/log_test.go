package access_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"matchstream/internal/access"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// told keeps what the program's log is told.
type told struct {
	slog.Handler
	all chan string
}

func (h told) Handle(_ context.Context, r slog.Record) error {
	h.all <- r.Message
	return nil
}

func newTold() (*slog.Logger, told) {
	h := told{slog.DiscardHandler, make(chan string, 100)}
	return slog.New(enabled{h}), h
}

// enabled is a handler that wants everything.
type enabled struct{ told }

func (enabled) Enabled(context.Context, slog.Level) bool { return true }

// next message must have this in it.
func (h told) next(t *testing.T, want string) {
	t.Helper()
	select {
	case got := <-h.all:
		if !strings.Contains(got, want) {
			t.Fatalf("the log is told %q, want something of %q", got, want)
		}
	case <-time.After(time.Minute):
		t.Fatalf("the log is not told of %q", want)
	}
}

func (h told) nothing(t *testing.T) {
	t.Helper()
	select {
	case got := <-h.all:
		t.Errorf("the log is told %q", got)
	default:
	}
}

func open(t *testing.T, name string) (*access.Log, told) {
	t.Helper()
	log, told := newTold()
	l, err := access.Open(name, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l, told
}

// numbered is the nth line of a test.
func numbered(n int) access.Line {
	c := connection()
	c.Events = uint64(n)
	return c
}

// numbers of the lines in files; each line must be whole.
func numbers(t *testing.T, files ...string) (all []uint64) {
	t.Helper()
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		r := access.NewReader(f)
		for {
			l, err := r.Read()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			all = append(all, l.(*access.Connection).Events)
		}
	}
	return all
}

// once says whether these are all numbers below n, each once.
func once(t *testing.T, got []uint64, n int) {
	t.Helper()
	seen := make([]int, n)
	for _, g := range got {
		seen[g]++
	}
	for g, times := range seen {
		if times != 1 {
			t.Fatalf("line %d is there %d times", g, times)
		}
	}
}

// Nothing is lost, doubled or torn while the file is renamed again and again
// under those who add to it.
func TestRotationUnderLoad(t *testing.T) {
	const adding, each, rotations = 4, 5000, 30 // all of it would fit into memory
	name := filepath.Join(t.TempDir(), "access.log")
	l, told := open(t, name)
	var all sync.WaitGroup
	for i := range adding {
		all.Go(func() {
			for n := range each {
				l.Add(numbered(i*each + n))
			}
		})
	}
	files := []string{name}
	for i := range rotations {
		for l.Lines() < uint64((i+1)*adding*each/(rotations+2)) {
			time.Sleep(time.Millisecond) // until some have come
		}
		old := fmt.Sprintf("%s.%d", name, i)
		if err := os.Rename(name, old); err != nil {
			t.Fatal(err)
		}
		if err := l.Reopen(); err != nil {
			t.Fatal(err)
		}
		files = append(files, old)
	}
	all.Wait()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	once(t, numbers(t, files...), adding*each)
	var used int
	for _, name := range files {
		if len(numbers(t, name)) > 0 {
			used++
		}
	}
	if used < rotations/2 {
		t.Errorf("%d of %d files were written to", used, len(files))
	}
	if l.Lines() != adding*each || l.Lost() != 0 {
		t.Errorf("%d lines are counted, %d lost", l.Lines(), l.Lost())
	}
	told.nothing(t)
}

// A line is there soon, without anybody's asking.
func TestALineDoesNotWaitForOthers(t *testing.T) {
	name := filepath.Join(t.TempDir(), "access.log")
	l, _ := open(t, name)
	l.Add(numbered(0))
	for len(numbers(t, name)) == 0 {
		time.Sleep(10 * time.Millisecond)
	}
	l.Add(numbered(1))
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	once(t, numbers(t, name), 2)
	l.Add(numbered(2)) // is lost, and harms nobody
	if err := errors.Join(l.Reopen(), l.Close()); err != nil || l.Lost() != 1 {
		t.Errorf("after the end: %v, %d lost", err, l.Lost())
	}
}

// full is the name of a file on a disk that has no room, until it is given some.
func full(t *testing.T) (name string, room func()) {
	name = filepath.Join(t.TempDir(), "access.log")
	if err := os.Symlink("/dev/full", name); err != nil {
		t.Fatal(err)
	}
	return name, func() {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
}

// While the disk is full lines wait; they are written when there is room.
func TestAFullDisk(t *testing.T) {
	name, room := full(t)
	l, told := open(t, name)
	for n := range 5000 {
		l.Add(numbered(n))
	}
	told.next(t, "cannot be written")
	room()
	if err := l.Reopen(); err != nil {
		t.Fatal(err)
	}
	told.next(t, "is written again")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	once(t, numbers(t, name), 5000)
	told.nothing(t)
}

// When there is no more room in memory either, lines are lost and counted, and
// the log says so once.
func TestLinesAreLostAndCounted(t *testing.T) {
	name, room := full(t)
	l, told := open(t, name)
	l.Add(numbered(0))
	told.next(t, "cannot be written")
	const added = 100_000
	for n := 1; n < added; n++ {
		l.Add(numbered(n))
	}
	told.next(t, "are lost")
	if l.Lost() == 0 || l.Lost() == added {
		t.Fatalf("%d of %d are lost", l.Lost(), added)
	}
	room()
	if err := l.Reopen(); err != nil {
		t.Fatal(err)
	}
	told.next(t, "is written again")
	told.next(t, "no longer lost")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	once(t, numbers(t, name), added-int(l.Lost())) // the first ones
	told.nothing(t)
}

// What could not be written to the end is told to who closes.
func TestAnEndThatCannotBeWritten(t *testing.T) {
	name, _ := full(t)
	l, _ := open(t, name)
	l.Add(numbered(0))
	if err := l.Close(); err == nil || !strings.Contains(err.Error(), "1 lines are lost") {
		t.Errorf("closed with %v", err)
	}
}

func TestATornEndIsMended(t *testing.T) {
	name := filepath.Join(t.TempDir(), "access.log")
	if err := os.WriteFile(name, []byte(`{"torn`), 0o600); err != nil {
		t.Fatal(err)
	}
	for n := range 2 {
		l, _ := open(t, name)
		l.Add(numbered(n))
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	want := string(access.Append(access.Append([]byte("{\"torn\n"), numbered(0)), numbered(1)))
	if err != nil || string(got) != want {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
}

func TestWhatCannotBeOpened(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{dir, filepath.Join(dir, "none", "access.log")} {
		if _, err := access.Open(name, slog.Default()); err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "expected a file") {
			t.Errorf("%s: %v", name, err)
		}
	}
	// One that is open goes on where it was.
	sub := filepath.Join(dir, "sub")
	if err := os.Mkdir(sub, 0o700); err != nil {
		t.Fatal(err)
	}
	l, _ := open(t, filepath.Join(sub, "access.log"))
	moved := filepath.Join(dir, "moved")
	if err := os.Rename(sub, moved); err != nil {
		t.Fatal(err)
	}
	if err := l.Reopen(); err == nil || !strings.Contains(err.Error(), "goes on in the file it had") {
		t.Errorf("reopened where there is no folder: %v", err)
	}
	l.Add(numbered(0))
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	once(t, numbers(t, filepath.Join(moved, "access.log")), 1)
}

// Whoever has no log needs not ask.
func TestOff(t *testing.T) {
	var l *access.Log
	if l.On() || l.Reopen() != nil || l.Close() != nil {
		t.Error("a log that is off does something")
	}
}
