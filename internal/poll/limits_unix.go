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

// CPU is how many seconds of a processor this process has had.
func CPU() float64 {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}
