package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"matchstream/internal/store"
)

// appendTooMuch appends until the disk takes nothing more: the size of its
// files is limited, which fails just as a full disk does. It checks what
// callers are told from then on.
func appendTooMuch(ctx context.Context, dir string) error {
	signal.Ignore(unix.SIGXFSZ)
	const limit = 128 << 10
	var most unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &most); err != nil {
		return err
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: limit, Max: most.Max}); err != nil {
		return err
	}
	s, err := Open(ctx, Options{Dir: dir})
	if err != nil {
		return err
	}
	var last store.Record
	for last.Number < limit/1000 {
		mark, err := s.Append(ctx, key, last.Mark, last.Number+1, []byte(strings.Repeat("x", 1000)))
		if err != nil {
			if !errors.Is(err, store.ErrUnknown) || !strings.Contains(err.Error(), "file too large") {
				return fmt.Errorf("the first failure is %w", err)
			}
			break
		}
		last.Number, last.Mark = last.Number+1, mark
	}
	for range 2 {
		_, err := s.Append(ctx, key, last.Mark, last.Number+1, []byte("small"))
		if !errors.Is(err, store.ErrUnavailable) || !strings.Contains(err.Error(), "file too large") {
			return fmt.Errorf("a later failure is %w", err)
		}
	}
	records, err := s.Read(ctx, key, 1)
	if err != nil || int64(len(records)) != last.Number {
		return fmt.Errorf("%d records were acknowledged, %d are read: %w", last.Number, len(records), err)
	}
	fmt.Fprintln(os.Stdout, last.Number)
	return errors.Join(goesOn(ctx, s, last, most), s.Close())
}

// goesOn holds that who follows, and the store itself, go on by themselves when
// there is space again.
func goesOn(ctx context.Context, s *Store, last store.Record, most unix.Rlimit) error {
	heard := make(chan store.Record, 100)
	go func() {
		for from := store.Mark(0); ctx.Err() == nil; {
			err := s.Follow(ctx, from, func(r store.Record) { from = r.Mark; heard <- r })
			if errors.Is(err, store.ErrClosed) {
				return
			}
		}
	}()
	for range last.Number {
		<-heard
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &most); err != nil {
		return err
	}
	next := store.Record{Number: last.Number + 1, Mark: last.Mark}
	for {
		mark, err := s.Append(ctx, key, next.Mark, next.Number, []byte("there is space again"))
		if err == nil {
			next.Mark = mark
			break
		}
		if errors.Is(err, store.ErrConflict) {
			return fmt.Errorf("what was never acknowledged is there: %w", err)
		}
		if !errors.Is(err, store.ErrUnavailable) && !errors.Is(err, store.ErrUnknown) {
			return err
		}
		if records, err := s.Read(ctx, key, 1); err == nil && int64(len(records)) < last.Number {
			return fmt.Errorf("meanwhile %d of %d records are read", len(records), last.Number)
		}
	}
	if r := <-heard; r.Mark != next.Mark {
		return fmt.Errorf("who follows hears %d, not %d", r.Mark, next.Mark)
	}
	return nil
}

func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	c := child(t, "full", dir)
	out := lines(t, c)
	var acked int64
	if !out.Scan() {
		t.Fatal("the child said nothing")
	}
	if _, err := fmt.Sscan(out.Text(), &acked); err != nil || acked < 20 {
		t.Fatalf("the child says %q", out.Text())
	}
	if err := c.Wait(); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir)
	defer s.Close()
	last, err := tail(t.Context(), s)
	if acked++; err != nil || last.Number != acked { // one more when there was space again
		t.Fatalf("%d records were acknowledged, the last is %d, %v", acked, last.Number, err)
	}
	if _, err := s.Append(t.Context(), key, last.Mark, last.Number+1, []byte("there is space again")); err != nil {
		t.Fatal(err)
	}
}

// startFull starts where nothing at all can be written.
func startFull(ctx context.Context, dir string) error {
	signal.Ignore(unix.SIGXFSZ)
	var most unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &most); err != nil {
		return err
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 0, Max: most.Max}); err != nil {
		return err
	}
	s, err := Open(ctx, Options{Dir: dir})
	if err == nil {
		return errors.Join(errors.New("it was opened"), s.Close())
	}
	return nil
}

// A start on a full disk does not make a folder look as if it had been closed.
func TestStartOnFullDisk(t *testing.T) {
	dir := t.TempDir()
	interleaved(t, dir, 3)
	killed(t, dir)
	if err := child(t, "start", dir).Run(); err != nil {
		t.Fatal(err)
	}
	f, err := lockFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.unlock() //nolint:errcheck // only to let go of it
	if f.clean {
		t.Error("the folder of a process that was killed is taken for closed")
	}
}
