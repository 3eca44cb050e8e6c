package poll

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Queued is how many connections of a listener wait to be accepted; 1 if that
// cannot be known: there may be some. (tcp(7), TCP_INFO: of a listener,
// tcpi_unacked is the length of its queue.)
func Queued(fd int32) int {
	const unacked = unsafe.Offsetof(unix.TCPInfo{}.Unacked)
	var info [unacked/4 + 1]uint32
	size, most := uint32(unsafe.Sizeof(info)), uint32(unsafe.Sizeof(info))
	_, _, errno := syscall.RawSyscall6(unix.SYS_GETSOCKOPT, uintptr(fd), unix.IPPROTO_TCP, unix.TCP_INFO,
		uintptr(unsafe.Pointer(&info)), uintptr(unsafe.Pointer(&size)), 0)
	if errno != 0 || size < most {
		return 1
	}
	return int(info[unacked/4])
}
