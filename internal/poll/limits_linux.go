package poll

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// growMost is how far the table is grown: 8 bytes each, of the kernel's.
const growMost = 1 << 20

// GrowTable makes room in the kernel's table for n descriptors. The table
// doubles as it fills, and with several threads each doubling waits for all
// processors: at a kick-off that is seen.
func GrowTable(n int) error {
	f, err := os.Open(os.DevNull)
	if err != nil {
		return err
	}
	defer f.Close()
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, min(n, growMost)-1)
	if err != nil {
		return fmt.Errorf("the descriptor table does not grow to %d: %w", n, err)
	}
	Close(int32(fd))
	return nil
}
