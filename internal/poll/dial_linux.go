package poll

import (
	"net/netip"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Dialed says how a connection that is begun here is to be. The zero value is one as
// the kernel makes them.
type Dialed struct {
	// From is the address to call from; its port is the kernel's choice, made only when
	// it is known whom we call, so that each of them has all ports of each address.
	From netip.Addr
	// ReceiveBuffer is how many bytes the kernel takes from one whom we do not read; 0:
	// as it likes.
	ReceiveBuffer int
}

// Dial begins a connection, and does not wait for it: when the descriptor becomes
// writable, Connected says what has become of it. EMFILE and the like are errors of
// this machine, EADDRNOTAVAIL says that there is no port left.
func Dial(to netip.AddrPort, d Dialed) (int32, syscall.Errno) {
	family := unix.AF_INET
	if to.Addr().Is6() && !to.Addr().Is4In6() {
		family = unix.AF_INET6
	}
	n, _, errno := syscall.RawSyscall(unix.SYS_SOCKET, uintptr(family), unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if errno != 0 {
		return -1, errno
	}
	fd := int32(n)
	// A server of this machine may then listen on a port that is ours by chance.
	setOption(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
	if d.ReceiveBuffer > 0 {
		setOption(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, int32(d.ReceiveBuffer))
	}
	if d.From.IsValid() {
		setOption(fd, unix.IPPROTO_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1)
		errno = withAddress(unix.SYS_BIND, fd, netip.AddrPortFrom(d.From, 0))
	}
	if errno == 0 {
		errno = withAddress(unix.SYS_CONNECT, fd, to)
	}
	if errno != 0 && errno != unix.EINPROGRESS {
		Close(fd)
		return -1, errno
	}
	return fd, 0
}

// Connected is what has become of a connection that was begun: 0, or why there is none.
func Connected(fd int32) syscall.Errno {
	var failed int32
	size := uint32(unsafe.Sizeof(failed))
	_, _, errno := syscall.RawSyscall6(unix.SYS_GETSOCKOPT, uintptr(fd), unix.SOL_SOCKET, unix.SO_ERROR,
		uintptr(unsafe.Pointer(&failed)), uintptr(unsafe.Pointer(&size)), 0)
	if errno != 0 {
		return errno
	}
	return syscall.Errno(failed)
}

// withAddress makes a call that takes a descriptor and an address.
func withAddress(call uintptr, fd int32, a netip.AddrPort) syscall.Errno {
	var raw unix.RawSockaddrInet6 // the larger of the two
	size := unsafe.Sizeof(raw)
	if ip := a.Addr().Unmap(); ip.Is4() {
		v4 := (*unix.RawSockaddrInet4)(unsafe.Pointer(&raw))
		v4.Family, v4.Addr = unix.AF_INET, ip.As4()
		size = unsafe.Sizeof(*v4)
	} else {
		raw.Family, raw.Addr = unix.AF_INET6, ip.As16()
	}
	port := (*[2]byte)(unsafe.Pointer(&raw.Port)) // at the same place in both, as it goes over the wire
	port[0], port[1] = byte(a.Port()>>8), byte(a.Port())
	_, _, errno := syscall.RawSyscall(call, uintptr(fd), uintptr(unsafe.Pointer(&raw)), size)
	return errno
}

func setOption(fd int32, level, name int, value int32) syscall.Errno {
	_, _, errno := syscall.RawSyscall6(unix.SYS_SETSOCKOPT, uintptr(fd), uintptr(level), uintptr(name),
		uintptr(unsafe.Pointer(&value)), unsafe.Sizeof(value), 0)
	return errno
}
