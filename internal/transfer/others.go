package transfer

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"matchstream/internal/store/embedded"
)

// copyOthers copies what lies in a store's folder beside the store, with its
// mode. What is there already stays as it is, unless over.
func copyOthers(from, to string, over bool) error {
	return filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		there := filepath.Join(to, name)
		switch {
		case embedded.Owns(name), name == "lost+found", name == unfinished:
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case e.IsDir():
			return os.MkdirAll(there, 0o750)
		case !e.Type().IsRegular(), !over && isThere(there):
			return nil
		}
		return copyFile(path, there)
	})
}

// copyFile makes a file that after a crash is there whole or not at all.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	tmp := to + ".tmp"
	out, err := os.OpenFile(tmp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, info.Mode().Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return err
	}
	return os.Rename(tmp, to)
}

// moveOn goes on with a moveUp that was cut off.
func moveOn(from, to string) error {
	if embedded.Holds(to) || !embedded.Holds(from) {
		return nil
	}
	entries, err := os.ReadDir(to)
	for _, e := range entries {
		if embedded.Owns(e.Name()) {
			return moveUp(from, to)
		}
	}
	return err
}

// moveUp moves a whole store to where it belongs, and last what says that it is
// one.
func moveUp(from, to string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != embedded.VersionFile {
			err = errors.Join(err, os.Rename(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())))
		}
	}
	if err = errors.Join(err, syncFolder(to)); err != nil {
		return err
	}
	err = os.Rename(filepath.Join(from, embedded.VersionFile), filepath.Join(to, embedded.VersionFile))
	return errors.Join(err, syncFolder(to))
}

func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
