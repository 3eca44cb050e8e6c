package access

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// narrow is a file that has room for so many bytes.
type narrow struct {
	*os.File
	room int
}

func (n *narrow) Write(p []byte) (int, error) {
	if len(p) <= n.room {
		n.room -= len(p)
		return n.File.Write(p)
	}
	wrote, err := n.File.Write(p[:n.room])
	n.room -= wrote
	if err == nil {
		err = syscall.ENOSPC
	}
	return wrote, err
}

func (n *narrow) Truncate(size int64) error {
	info, err := n.Stat()
	if err != nil {
		return err
	}
	n.room += int(info.Size() - size)
	return n.File.Truncate(size)
}

// Whatever there is room for, the file ends with a line, and what is said to be
// written is what is there.
func TestNoLineIsTorn(t *testing.T) {
	const before, lines = "zero\n", "one\ntwo and more\nthree\n"
	for room := range len(lines) + 1 {
		f, err := os.OpenFile(filepath.Join(t.TempDir(), "log"), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		f.WriteString(before)
		n, err := appendWhole(&narrow{f, room}, []byte(lines))
		if (err == nil) != (room == len(lines)) {
			t.Errorf("room for %d: %v", room, err)
		}
		got, err := os.ReadFile(f.Name())
		if want := before + lines[:n]; err != nil || string(got) != want || got[len(got)-1] != '\n' {
			t.Errorf("room for %d: %q is there, %d bytes are said to be: %v", room, got, n, err)
		}
		// The rest goes behind, or elsewhere.
		if n, err := appendWhole(&narrow{f, len(lines)}, []byte(lines[n:])); err != nil {
			t.Errorf("room for %d: the rest: %d, %v", room, n, err)
		}
		if got, _ := os.ReadFile(f.Name()); string(got) != before+lines {
			t.Errorf("room for %d: in the end %q", room, got)
		}
	}
}
