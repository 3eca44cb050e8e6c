package embedded

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"pgregory.net/rapid"
)

// spotted is a disk that does not give some pieces.
type spotted struct {
	data []byte
	bad  map[int]bool // pieces
	err  error
}

func (d spotted) ReadAt(p []byte, off int64) (n int, err error) {
	for at := int(off); n < len(p) && at < len(d.data); at++ {
		if d.bad[at/piece] {
			return n, d.err
		}
		p[n] = d.data[at]
		n++
	}
	return n, nil
}

// All is read that a disk gives, and the rest is zero, of which it is known how
// much it is.
func TestReadPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.OneOf(rapid.IntRange(0, 3*piece+2), rapid.IntRange(chunk-piece, 2*chunk+piece+1)).Draw(t, "size")
		d := spotted{bytes.Repeat([]byte{7}, size), map[int]bool{}, fmt.Errorf("read: %w", syscall.EIO)}
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, size/piece), 0, 5).Draw(t, "bad") {
			d.bad[n] = true
		}
		got, unread, err := readPieces(d, int64(size))
		if err != nil || len(got) != size {
			t.Fatalf("%d bytes, %v", len(got), err)
		}
		missing := 0
		for at, b := range got {
			if want := map[bool]byte{true: 0, false: 7}[d.bad[at/piece]]; b != want {
				t.Fatalf("byte %d is %d", at, b)
			}
			if b == 0 {
				missing++
			}
		}
		if unread != missing {
			t.Fatalf("%d are said to be unread, %d are", unread, missing)
		}
	})
	d := spotted{make([]byte, 3*piece), map[int]bool{1: true}, fs.ErrPermission}
	if _, _, err := readPieces(d, int64(len(d.data))); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("another error: %v", err)
	}
}

// A sync that succeeds after one that failed proves nothing: after an unclean
// end the newest block is on the disk only when it is written once more.
func TestNewestBlockIsWrittenOnceMore(t *testing.T) {
	dir := t.TempDir()
	block := interleaved(t, dir, 6)
	before, err := os.ReadFile(block)
	if err != nil {
		t.Fatal(err)
	}
	held, err := os.Open(block) // so that its place is not used again
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	first, err := held.Stat()
	if err != nil {
		t.Fatal(err)
	}
	same := func() bool {
		t.Helper()
		info, err := os.Stat(block)
		if err != nil {
			t.Fatal(err)
		}
		return os.SameFile(info, first)
	}
	closed(t, quiet(t, dir))
	if !same() {
		t.Error("after a clean end it is written anew")
	}
	killed(t, dir)
	closed(t, quiet(t, dir))
	if same() {
		t.Error("after an unclean end it is not written anew")
	}
	if after, err := os.ReadFile(block); err != nil || !bytes.Equal(after, before) {
		t.Errorf("it is not what it was, %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, blockTmp)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("something is left: %v", err)
	}
}

// What a crash leaves of a block that was being written anew is no harm.
func TestUnfinishedBlock(t *testing.T) {
	dir := t.TempDir()
	interleaved(t, dir, 6)
	write(t, "half of a block", dir, blockTmp)
	killed(t, dir)
	s := quiet(t, dir)
	if r, err := s.Read(t.Context(), key, 1); err != nil || len(r) != 6 {
		t.Errorf("%d records, %v", len(r), err)
	}
	closed(t, s)
	if _, err := os.Stat(filepath.Join(dir, blockTmp)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}
