package embedded

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// copyFiles copies what a store is made of to another folder, where it can be
// opened: the server's files and the tally. What the disk does not give of them
// is zero in the copy, where it is found damaged.
func copyFiles(dir, to string) error {
	err := filepath.WalkDir(filepath.Join(dir, serverDir), func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // killed before the server's first start
		}
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if e.IsDir() {
			return os.MkdirAll(filepath.Join(to, name), 0o750)
		}
		if !e.Type().IsRegular() {
			return nil
		}
		return copyFile(path, filepath.Join(to, name))
	})
	if err != nil {
		return err
	}
	err = copyFile(filepath.Join(dir, tallyFile), filepath.Join(to, tallyFile))
	if errors.Is(err, fs.ErrNotExist) { // an older version's
		return nil
	}
	return err
}

func copyFile(from, to string) error {
	data, _, err := readBlock(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o640)
}
