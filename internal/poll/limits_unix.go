//go:build unix

package poll

import (
	"math"

	"golang.org/x/sys/unix"
)

// Descriptors is how many this process may have at once; 0: not known. (Go
// raises the soft limit to the hard one at the start.)
func Descriptors() int {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return 0
	}
	return int(min(uint64(limit.Cur), math.MaxInt32)) //nolint:unconvert // it is signed on some systems
}
