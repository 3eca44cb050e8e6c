package nodes

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// folder is where nodes keep everything. Whoever uses it has a file in it open that is
// locked: this process, and each node, which inherits it. So it is in use until the last
// of them has ended, however that was, and what nobody uses any more can be removed.
type folder struct {
	path string
	lock *os.File // nil: this system has no such locks, and nothing is removed
}

const (
	folderPattern = "matchstream-lab-*"
	lockName      = "matchstream-lab.lock" // nobody else calls a file that
)

// newFolder makes one among the temporary files, where those go first that were left by
// a lab that was killed.
func newFolder() (folder, error) {
	removeLeft()
	path, err := os.MkdirTemp("", folderPattern)
	if err != nil {
		return folder{}, err
	}
	f := folder{path: path}
	// It gets its name once it is locked: nobody can take it for one that is left.
	made := filepath.Join(path, lockName+".new")
	if f.lock, err = lockFile(made, os.O_CREATE|os.O_EXCL); err == nil && f.lock != nil {
		err = os.Rename(made, filepath.Join(path, lockName))
	}
	if err != nil {
		return folder{}, errors.Join(err, f.remove())
	}
	return f, nil
}

// inherited is what a node is given of it.
func (f folder) inherited() []*os.File {
	if f.lock == nil {
		return nil
	}
	return []*os.File{f.lock}
}

// remove it, when all nodes have ended. Once more does nothing.
func (f *folder) remove() error {
	err := os.RemoveAll(f.path)
	if f.lock != nil {
		err = errors.Join(err, f.lock.Close())
		f.lock = nil
	}
	return err
}

// removeLeft removes folders of this user that nobody uses any more. What cannot be
// removed stays, and is in nobody's way.
func removeLeft() {
	all, err := filepath.Glob(filepath.Join(os.TempDir(), folderPattern))
	if err != nil {
		return // the pattern is bad: it is not
	}
	for _, path := range all {
		is, err := os.Lstat(path)
		if err != nil || !is.IsDir() || !own(is) {
			continue // also a link: what it leads to is not ours to remove
		}
		if f := (folder{path: path}); f.left() {
			f.remove()
		}
	}
}

// left says whether a folder was left: it has a lock that nobody holds. Then we do.
func (f *folder) left() bool {
	name := filepath.Join(f.path, lockName)
	lock, err := lockFile(name, 0)
	if err != nil || lock == nil {
		return false
	}
	// Somebody may have removed it before we had the lock, and another made one there.
	if there, err := os.Lstat(name); err == nil && same(lock, there) {
		f.lock = lock
		return true
	}
	lock.Close()
	return false
}

func same(open *os.File, there fs.FileInfo) bool {
	is, err := open.Stat()
	return err == nil && os.SameFile(is, there)
}
