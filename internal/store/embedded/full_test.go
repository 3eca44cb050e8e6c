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
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: limit, Max: limit}); err != nil {
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
	return s.Close()
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
	if err != nil || last.Number != acked {
		t.Fatalf("%d records were acknowledged, the last is %d, %v", acked, last.Number, err)
	}
	if _, err := s.Append(t.Context(), key, last.Mark, last.Number+1, []byte("there is space again")); err != nil {
		t.Fatal(err)
	}
}
