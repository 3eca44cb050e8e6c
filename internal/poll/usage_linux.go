package poll

import (
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// InUse is how many descriptors this process has now; 0: the kernel does not
// say (before Linux 6.2 it would have to list them all).
func InUse() int {
	var st unix.Stat_t
	if err := unix.Stat("/proc/self/fd", &st); err != nil {
		return 0
	}
	return int(st.Size)
}

// statm is opened once: it is read every second.
var statm = sync.OnceValue(func() int {
	fd, err := unix.Open("/proc/self/statm", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1
	}
	return fd
})

var pageSize = os.Getpagesize()

// Resident is how many bytes of memory this process has; 0: not known.
func Resident() int {
	var b [128]byte
	n, err := unix.Pread(statm(), b[:], 0)
	if err != nil {
		return 0
	}
	return secondNumber(b[:n]) * pageSize
}

// secondNumber of a line of numbers; 0 if there is none.
func secondNumber(line []byte) (n int) {
	field := 0
	for _, c := range line {
		switch {
		case c == ' ':
			field++
		case field == 1 && '0' <= c && c <= '9':
			n = 10*n + int(c-'0')
		}
	}
	return n
}
