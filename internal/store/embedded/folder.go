package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/gofrs/flock"
)

const (
	lockFile    = "lock"
	versionFile = "VERSION"
	serverDir   = "jetstream" // the server's own
	versionWord = "matchstream-store"
	version     = 2 // since when there is a tally
)

// folder is the store's folder, locked for this process.
type folder struct {
	dir     string
	lock    *flock.Flock
	version int  // that it has; 0: none yet
	fresh   bool // it is made now
	clean   bool // who had it before has closed it
}

// lockFolder makes the folder if need be and locks it. It looks before it
// locks, so that a folder of somebody else's gets no lock file, and once more
// after, since another process may just have made it.
func lockFolder(dir string) (*folder, error) {
	if dir == "" {
		return nil, errors.New("no folder is given")
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, errors.New("a file is in the way: a folder is expected; choose another")
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, writable(err)
	}
	if _, err := checkVersion(dir); err != nil {
		return nil, err
	}
	_, unlocked := os.Lstat(filepath.Join(dir, lockFile))
	lock, err := tryLock(dir)
	if err != nil {
		return nil, err
	}
	f := &folder{dir: dir, lock: lock}
	if err := f.claim(); err != nil {
		return nil, errors.Join(err, f.unlock())
	}
	f.clean = f.clean && unlocked == nil // a copy without the lock file may be of a server that was killed
	return f, nil
}

// tryLock refuses a folder that another process has.
func tryLock(dir string) (*flock.Flock, error) {
	lock := flock.New(filepath.Join(dir, lockFile), flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o640))
	locked, err := lock.TryLock()
	if err != nil {
		return nil, writable(err)
	}
	if !locked {
		return nil, &lockedError{holder(lock.Path())}
	}
	return lock, nil
}

// claim writes the pid.
func (f *folder) claim() error {
	found, err := checkVersion(f.dir)
	if err != nil {
		return err
	}
	before, err := os.ReadFile(f.lock.Path())
	f.clean = err == nil && len(before) == 0
	f.version, f.fresh = found, found == 0
	return writable(writeOver(f.lock.Path(), strconv.Itoa(os.Getpid())+"\n"))
}

// writeOver writes what a file is to have over what it has. On a full disk it
// then has what it had, and not nothing, which would say that all is well.
func writeOver(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	if err == nil {
		err = file.Truncate(int64(len(text)))
	}
	if err == nil {
		err = file.Sync() // or it would say after a power failure that all is well
	}
	return errors.Join(err, file.Close())
}

// mark the folder as one of this version, once it is.
func (f *folder) mark() error {
	if f.version == version {
		return nil
	}
	err := writeSynced(filepath.Join(f.dir, versionFile), fmt.Sprintf("%s %d\n", versionWord, version))
	if err == nil {
		f.version = version
	}
	return writable(err)
}

// lockedError: another process has the folder.
type lockedError struct{ holder string }

func (e *lockedError) Error() string {
	return fmt.Sprintf("%s uses this folder; stop it first, or choose another folder", e.holder)
}

// closed notes that all is well: nothing is in the lock file any more.
func (f *folder) closed() error { return os.Truncate(f.lock.Path(), 0) }

// unlock leaves the lock file: removing it would let two others lock two files.
func (f *folder) unlock() error { return f.lock.Close() }

// holder names the process that wrote the lock file, as far as it is known.
func holder(path string) string {
	text, err := os.ReadFile(path)
	if pid, bad := strconv.Atoi(strings.TrimSpace(string(text))); err == nil && bad == nil {
		return fmt.Sprintf("another server (process %d)", pid)
	}
	return "another server"
}

// checkVersion gives the version of the store in a folder, if this program knows
// it; a folder with nothing in it is none yet: 0.
func checkVersion(dir string) (found int, err error) {
	text, err := os.ReadFile(filepath.Join(dir, versionFile))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, checkEmpty(dir)
	}
	if err != nil {
		return 0, writable(err)
	}
	if node, ok := strings.CutPrefix(string(text), NodeWord+" "); ok {
		_, node, _ = strings.Cut(node, "node ")
		node, _, _ = strings.Cut(node, "\n")
		return 0, fmt.Errorf("it is of the node %q of a cluster: start it with --node %s and the cluster's other settings; for a server that stands alone choose another folder", node, node)
	}
	var word string
	var number int
	if _, err := fmt.Sscanf(string(text), "%s %d\n", &word, &number); err != nil || word != versionWord || number < 1 {
		expected := fmt.Sprintf("%s %d", versionWord, version)
		if _, err := os.Stat(filepath.Join(dir, serverDir, "$G", "streams", journalConfig.Name)); err == nil {
			return 0, fmt.Errorf("its file %s is damaged (expected %q), and beside it there is a store: restore the folder from a copy, or, if this version has used it before, write that line into the file",
				versionFile, expected)
		}
		return 0, fmt.Errorf("its file %s is not of a MatchStream store (expected %q); choose another folder", versionFile, expected)
	}
	if number > version {
		return 0, fmt.Errorf("it was written by a newer MatchStream (store version %d, this program knows %d); "+
			"run that newer version, or choose another folder", number, version)
	}
	return number, nil
}

// checkEmpty allows what may lie in a folder that is to become a store: our
// lock, a tally and a version file of a start that was cut off, and what mkfs
// leaves on a fresh disk.
func checkEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return writable(err)
	}
	for _, e := range entries {
		switch e.Name() {
		case lockFile, tallyFile, tallyFile + ".tmp", versionFile, versionFile + ".tmp", "lost+found":
		case UnfinishedCopy:
			return errors.New("it is an unfinished copy; finish it by the same matchstream admin copy that began it, or choose another folder")
		default:
			return fmt.Errorf("it is not empty (%s) and not a MatchStream store (no file %s); choose an empty or a new folder",
				e.Name(), versionFile)
		}
	}
	return nil
}

// writable adds what to do to an error for want of rights or of space.
func writable(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("the disk is full: %w; make space there, or choose another folder", err)
	}
	if errors.Is(err, fs.ErrPermission) || isReadOnly(err) {
		return fmt.Errorf("it cannot be written by user %d: %w; change its owner or mode, or choose another folder", os.Getuid(), err)
	}
	return err
}
