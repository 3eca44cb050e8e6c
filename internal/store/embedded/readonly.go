package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// A folder that cannot be written (its disk is mounted read-only, full, or gives
// errors) keeps a server from running in it. But what is in it can be read: from
// a copy in the folder for temporary files. Nothing is taken meanwhile; heal
// takes the folder itself into use when it can be written.

// aside is a copy of a folder, in use instead of it.
type aside struct {
	dir    string
	lock   *flock.Flock // of the copy
	unlock func() error // keeps other servers away from the folder; nil: that is done by its own lock
}

// share the folder with whoever wants to lock it.
func (a *aside) share() (err error) {
	if a.unlock != nil {
		err = a.unlock()
		a.unlock = nil
	}
	return err
}

func (a *aside) remove() error {
	err := errors.Join(a.share(), os.RemoveAll(a.dir))
	if a.lock != nil {
		err = errors.Join(err, a.lock.Close())
	}
	return err
}

// readOnly is how a folder is used that cannot be written: cause says why. The
// error is the cause, where not even that can be.
func (s *Store) readOnly(ctx context.Context, cause error) (use inUse, err error) {
	use.aside = new(aside)
	defer func() {
		if err != nil {
			if use.engine != nil {
				use.engine.end()
			}
			err = fmt.Errorf("%w; and it cannot be read from a copy either: %w", cause, errors.Join(err, use.aside.remove()))
			use = inUse{}
		}
	}()
	use.folder, use.tally = s.folder, s.tally
	if s.folder == nil { // it could not even be locked
		if use.aside.unlock, err = shareFolder(s.dir); err != nil {
			return use, err
		}
	}
	if err = s.copyAside(use.aside); err != nil {
		return use, err
	}
	if use.tally == nil {
		if use.tally, _, err = openTally(use.aside.dir, s.log); err != nil {
			return use, err
		}
	}
	if use.engine, err = s.start(ctx, use.aside.dir, use.tally, false); err != nil {
		return use, err
	}
	use.health.fail(cause)
	s.log.Error("store: the folder cannot be written: what is in it is read from a copy, and nothing is taken, until it can", "folder", s.dir, "cause", cause,
		"from", use.aside.dir, "do", "see to it that the folder can be written; it is tried again and again, no restart is needed")
	return use, nil
}

// Copies are named so; each is locked while it is in use.
const asidePattern = "matchstream-copy-*"

// copyAside copies the folder to one for temporary files, where those go first
// that a server has left which was killed.
func (s *Store) copyAside(a *aside) (err error) {
	removeLeft()
	if a.dir, err = os.MkdirTemp("", asidePattern); err != nil {
		return err
	}
	a.lock = flock.New(filepath.Join(a.dir, lockFile))
	if _, err := a.lock.TryLock(); err != nil {
		return err
	}
	used := s.Used()
	if free, _, known := freeSpace(a.dir); known && free < uint64(used)+keptSpace {
		return fmt.Errorf("%s has %s free, its copy takes %s: set TMPDIR to a folder that has more", os.TempDir(), megabytes(free), megabytes(uint64(used)))
	}
	return copyFiles(s.dir, a.dir)
}

// removeLeft removes copies that nobody uses any more.
func removeLeft() {
	all, err := filepath.Glob(filepath.Join(os.TempDir(), asidePattern))
	if err != nil {
		return // the pattern is bad: it is not
	}
	for _, dir := range all {
		lock := flock.New(filepath.Join(dir, lockFile), flock.SetFlag(os.O_RDWR)) // who may not write there has not made it
		if locked, err := lock.TryLock(); err != nil || !locked {
			continue
		}
		os.RemoveAll(dir) // what is left of it then is the next one's to remove
		lock.Close()
	}
}
