package embedded

import (
	"errors"
	"os"
	"strconv"

	"github.com/gofrs/flock"
)

// What a node of a cluster does with its folder as we do with ours (store/peers).

// What begins the file VERSION of a folder: of a server that stands alone, of a node
// of a cluster.
const (
	StoreWord = versionWord
	NodeWord  = "matchstream-node"
)

// Lock is a folder that no other process may use.
type Lock struct{ lock *flock.Flock }

// LockFolder makes a folder if need be and locks it. look is asked whether it is the
// caller's, before anything is written there and once more when it is locked.
func LockFolder(dir string, look func() error) (*Lock, error) {
	if dir == "" {
		return nil, errors.New("no folder is given")
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, writable(err)
	}
	if err := look(); err != nil {
		return nil, err
	}
	lock, err := tryLock(dir)
	if err != nil {
		return nil, err
	}
	if err = look(); err == nil {
		err = writable(writeOver(lock.Path(), strconv.Itoa(os.Getpid())+"\n"))
	}
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return &Lock{lock}, nil
}

// Unlock leaves the lock file: removing it would let two others lock two files.
func (l *Lock) Unlock() error { return l.lock.Close() }

// CheckEmpty allows what may lie in a folder that is to become a store's.
func CheckEmpty(dir string) error { return checkEmpty(dir) }

// WriteSynced writes a file that after a crash is there whole or not at all.
func WriteSynced(path, text string) error { return writable(writeSynced(path, text)) }

// Probe says whether the folder takes writes: a file's worth, synced.
func Probe(dir string) error { return probe(dir) }
