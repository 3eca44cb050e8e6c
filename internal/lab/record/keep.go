package record

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
)

// fileForm is a name that means the same everywhere, and is in the folder itself.
var fileForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

const unfinished = ".part" // ends the name of a file that is being written

// Keep puts a file into the record: metrics, a profile. Its name has letters, digits,
// points and dashes, and is new.
func (w *Writer) Keep(name string, b []byte) error {
	return w.File(name, func(to io.Writer) error {
		_, err := io.Copy(to, bytes.NewReader(b))
		return err
	})
}

// File is Keep of what write writes. A file has its name only when it is whole.
func (w *Writer) File(name string, write func(io.Writer) error) error {
	if !fileForm.MatchString(name) || name == linesName || name == histogramsName || filepath.Ext(name) == unfinished {
		return fmt.Errorf("the name of a file in the record: expected letters, digits, points and dashes, like step-3.metrics.txt, not %q", name)
	}
	path := filepath.Join(w.dir, name)
	if err := w.file(path, write); err != nil {
		return fmt.Errorf("keeping %s in the record: %w", name, err)
	}
	return nil
}

func (w *Writer) file(path string, write func(io.Writer) error) error {
	if _, err := os.Lstat(path); err == nil {
		return os.ErrExist
	}
	part := path + unfinished
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	defer os.Remove(part) // gone already, if all went well
	if err := errors.Join(write(f), f.Close()); err != nil {
		return err
	}
	return os.Rename(part, path)
}
