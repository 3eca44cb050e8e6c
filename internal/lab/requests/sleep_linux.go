package requests

import (
	"syscall"
	"time"
)

// sleep has the thread sleep, also through signals (the scheduler sends some).
func sleep(d time.Duration) {
	rest := syscall.NsecToTimespec(int64(d))
	for syscall.Nanosleep(&rest, &rest) == syscall.EINTR {
	}
}
