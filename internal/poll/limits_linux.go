package poll

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Descriptors is how many this process may have, and how many it could have if
// it were started with a higher soft limit. (Go raises the soft limit to the
// hard one at the start.)
func Descriptors() (now, most uint64, err error) {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return 0, 0, os.NewSyscallError("getrlimit", err)
	}
	return limit.Cur, limit.Max, nil
}

// GrowTable makes room in the kernel's table for n descriptors. The table
// doubles as it fills, and with several threads each doubling waits for all
// processors: at a kick-off that is seen.
func GrowTable(n int) error {
	f, err := os.Open(os.DevNull)
	if err != nil {
		return err
	}
	defer f.Close()
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, n-1)
	if err != nil {
		return fmt.Errorf("the descriptor table does not grow to %d: %w", n, err)
	}
	Close(int32(fd))
	return nil
}
