//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package nodes

import (
	"io/fs"
	"os"
	"syscall"
)

// lockFile opens a file and locks it, or fails if somebody has. The lock belongs to what
// is open, also where a child inherits it, and ends when all have closed it.
func lockFile(name string, flags int) (*os.File, error) {
	f, err := os.OpenFile(name, flags|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, &os.PathError{Op: "flock", Path: name, Err: err}
	}
	return f, nil
}

// own says whether a file is this user's: nobody else could have put anything in then.
func own(is fs.FileInfo) bool {
	at, ok := is.Sys().(*syscall.Stat_t)
	return ok && int(at.Uid) == os.Getuid() && is.Mode().Perm()&0o022 == 0
}
