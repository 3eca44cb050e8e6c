package poll

import (
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Stamp has the kernel note when what comes on fd comes, for ReceiveStamped.
func Stamp(fd int32) syscall.Errno {
	return setOption(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
}

// stampSize is room for one timestamp: its header and a timespec.
const stampSize = unix.SizeofCmsghdr + 16

// ReceiveStamped is Receive, and when the kernel had the last of what is there; the
// zero time where it does not say.
func ReceiveStamped(fd int32, p []byte) (int, time.Time, syscall.Errno) {
	var control [stampSize]byte
	part := unix.Iovec{Base: unsafe.SliceData(p)}
	part.SetLen(len(p))
	message := unix.Msghdr{Iov: &part, Control: &control[0]}
	message.SetIovlen(1)
	message.SetControllen(len(control))
	n, _, errno := syscall.RawSyscall(unix.SYS_RECVMSG, uintptr(fd), uintptr(unsafe.Pointer(&message)), unix.MSG_DONTWAIT)
	if errno != 0 {
		return 0, time.Time{}, errno
	}
	header := (*unix.Cmsghdr)(unsafe.Pointer(&control[0]))
	if message.Controllen < stampSize || header.Level != unix.SOL_SOCKET || header.Type != unix.SCM_TIMESTAMPNS {
		return int(n), time.Time{}, 0
	}
	at := (*[2]int64)(unsafe.Pointer(&control[unix.SizeofCmsghdr]))
	return int(n), time.Unix(at[0], at[1]), 0
}
