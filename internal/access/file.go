package access

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// open a log at its end.
func open(name string) (*os.File, error) {
	if name == Stdout {
		return os.Stdout, nil
	}
	// To be read, too: how it ends must be known. Its owner's and his group's,
	// since addresses are in it.
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o640)
	if err == nil {
		if err = mend(f); err != nil {
			f.Close()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("the access log cannot be opened; expected a file that may be written, in a folder that exists, or - for the standard output: %w", err)
	}
	return f, nil
}

// mend ends a last line that was torn, by a loss of power for one: what comes
// next stands on a line of its own.
func mend(f *os.File) error {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return err
	}
	var last [1]byte
	if _, err := f.ReadAt(last[:], info.Size()-1); err != nil || last[0] == '\n' {
		return err
	}
	_, err = f.Write([]byte("\n"))
	return err
}

// file is what is asked of one.
type file interface {
	io.Writer
	Stat() (fs.FileInfo, error)
	Truncate(size int64) error
}

// appendWhole writes lines. If only a part can be written it ends with a line:
// what is torn is taken back, so that the rest can go to another file. Of a
// pipe nothing can be taken back.
func appendWhole(f file, lines []byte) (n int, err error) {
	n, err = f.Write(lines)
	torn := n - (bytes.LastIndexByte(lines[:n], '\n') + 1)
	if err == nil || torn == 0 {
		return n, err
	}
	info, serr := f.Stat()
	if serr != nil || !info.Mode().IsRegular() || f.Truncate(info.Size()-int64(torn)) != nil {
		return n, err
	}
	return n - torn, err
}
