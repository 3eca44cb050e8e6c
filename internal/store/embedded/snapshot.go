package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// Snapshot copies the files of the store in dir to a folder that does not exist
// yet, where it can be opened: opening a store changes it, and dir is not
// changed, be it damaged or on a disk that cannot be written. It refuses a
// folder that a server uses, and keeps servers away while it copies.
func Snapshot(dir, to string) error {
	if err := snapshot(dir, to); err != nil {
		return fmt.Errorf("store in %s: %w", dir, err)
	}
	return nil
}

func snapshot(dir, to string) error {
	version, err := os.ReadFile(filepath.Join(dir, versionFile))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no MatchStream store (no file %s)", versionFile)
	}
	if err != nil {
		return err
	}
	if _, err := checkVersion(dir); err != nil {
		return err
	}
	unlock, err := shareFolder(dir)
	if err != nil {
		return err
	}
	defer unlock() //nolint:errcheck // nothing was written
	if err := copyFiles(dir, to); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, versionFile), version, 0o640)
}

// shareFolder keeps servers away from a folder without writing there: its lock
// file is only looked at. A folder that was never opened has none.
func shareFolder(dir string) (unlock func() error, err error) {
	lock := flock.New(filepath.Join(dir, lockFile), flock.SetFlag(os.O_RDONLY))
	locked, err := lock.TryRLock()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return func() error { return nil }, nil
	case err != nil:
		return nil, err
	case !locked:
		return nil, fmt.Errorf("%s uses this folder; stop it first", holder(lock.Path()))
	}
	return lock.Close, nil
}

// UnfinishedCopy is what a folder holds that is to become a store, but is none
// before all has been copied to it.
const UnfinishedCopy = "unfinished-copy"

// Holds says whether dir holds a store, of whatever version.
func Holds(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, versionFile))
	return err == nil
}

// VersionFile is by what a folder is known to hold a store.
const VersionFile = versionFile

// Owns says whether a name in a store's folder is the store's own; beside it
// there may be others, like the operator's token.
func Owns(name string) bool {
	switch name {
	case lockFile, versionFile, versionFile + ".tmp", serverDir, tallyFile, tallyFile + ".tmp", blockTmp:
		return true
	}
	return false
}

// syncAll syncs all files and folders in dir.
func syncAll(dir string) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.IsDir() && !e.Type().IsRegular() {
			return err
		}
		return syncPath(path)
	})
}
