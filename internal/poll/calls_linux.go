package poll

import (
	"net/netip"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The calls of this file do not block and are made without telling the
// scheduler: see the package's comment. unsafe is for handing buffers to the
// kernel, which keeps none.

func epollCtl(fd, op, of int, e *Event) syscall.Errno {
	_, _, errno := syscall.RawSyscall6(unix.SYS_EPOLL_CTL, uintptr(fd), uintptr(op), uintptr(of), uintptr(unsafe.Pointer(e)), 0, 0)
	return errno
}

func epollWait(fd int, events []Event) (int, syscall.Errno) {
	n, _, errno := syscall.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(fd), uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), 0, 0, 0)
	return int(n), errno
}

// Send writes as much of p as there is room for; EAGAIN if there is none.
func Send(fd int32, p []byte) (int, syscall.Errno) {
	n, _, errno := syscall.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)),
		unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL, 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), 0
}

// Receive reads what is there; 0 is the end, EAGAIN nothing.
func Receive(fd int32, p []byte) (int, syscall.Errno) {
	n, _, errno := syscall.RawSyscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)),
		unix.MSG_DONTWAIT, 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), 0
}

// Accept takes the next connection of a listener; EAGAIN if there is none.
func Accept(fd int32) (int32, netip.AddrPort, syscall.Errno) {
	var from unix.RawSockaddrInet6 // the larger of the two
	size := uint32(unsafe.Sizeof(from))
	n, _, errno := syscall.RawSyscall6(unix.SYS_ACCEPT4, uintptr(fd), uintptr(unsafe.Pointer(&from)), uintptr(unsafe.Pointer(&size)),
		unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0, 0)
	if errno != 0 {
		return -1, netip.AddrPort{}, errno
	}
	return int32(n), address(&from), 0
}

func address(a *unix.RawSockaddrInet6) netip.AddrPort {
	var ip netip.Addr
	switch a.Family {
	case unix.AF_INET:
		ip = netip.AddrFrom4((*unix.RawSockaddrInet4)(unsafe.Pointer(a)).Addr)
	case unix.AF_INET6:
		ip = netip.AddrFrom16(a.Addr)
	default:
		return netip.AddrPort{}
	}
	port := (*[2]byte)(unsafe.Pointer(&a.Port)) // at the same place in both, as it goes over the wire
	return netip.AddrPortFrom(ip, uint16(port[0])<<8|uint16(port[1]))
}

// Close lets go of a descriptor.
func Close(fd int32) { syscall.RawSyscall(unix.SYS_CLOSE, uintptr(fd), 0, 0) }

// Finish tells the other side that nothing more will be written.
func Finish(fd int32) { syscall.RawSyscall(unix.SYS_SHUTDOWN, uintptr(fd), unix.SHUT_WR, 0) }

// Abort closes at once, with a reset: what the kernel still holds for the
// other side is dropped. Else it would be kept for minutes.
func Abort(fd int32) {
	linger := unix.Linger{Onoff: 1}
	syscall.RawSyscall6(unix.SYS_SETSOCKOPT, uintptr(fd), unix.SOL_SOCKET, unix.SO_LINGER, uintptr(unsafe.Pointer(&linger)), unsafe.Sizeof(linger), 0)
	Close(fd)
}

// Unsent is how many bytes the other side has not acknowledged (tcp(7),
// SIOCOUTQ); 0 if that is not known.
func Unsent(fd int32) (n int32) {
	if _, _, errno := syscall.RawSyscall(unix.SYS_IOCTL, uintptr(fd), unix.SIOCOUTQ, uintptr(unsafe.Pointer(&n))); errno != 0 {
		return 0
	}
	return n
}

// Unread is how many bytes of the other side nobody has read (tcp(7), SIOCINQ);
// 0 if that is not known, and if there is nothing but its end.
func Unread(fd int32) (n int32) {
	if _, _, errno := syscall.RawSyscall(unix.SYS_IOCTL, uintptr(fd), unix.SIOCINQ, uintptr(unsafe.Pointer(&n))); errno != 0 {
		return 0
	}
	return n
}

// Peer is the address of the other side; the zero AddrPort if it is not known.
func Peer(fd int32) netip.AddrPort {
	var from unix.RawSockaddrInet6
	size := uint32(unsafe.Sizeof(from))
	if _, _, errno := syscall.RawSyscall(unix.SYS_GETPEERNAME, uintptr(fd), uintptr(unsafe.Pointer(&from)), uintptr(unsafe.Pointer(&size))); errno != 0 {
		return netip.AddrPort{}
	}
	return address(&from)
}
