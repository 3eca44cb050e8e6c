package poll

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Accepted says how the connections of a listener are to be. They inherit it
// all from the listener, without a system call of their own.
type Accepted struct {
	// SendBuffer is how many bytes the kernel keeps for one who takes nothing;
	// it doubles this for its own use.
	SendBuffer int
	// NotSent is how many of these may be waiting to be sent; what is on its
	// way does not count (tcp(7), TCP_NOTSENT_LOWAT).
	NotSent int
	// DeadAfter closes a connection whose bytes have not been acknowledged for
	// so long (TCP_USER_TIMEOUT); at least two minutes, for the sake of
	// keep-alive, which that option shortens.
	DeadAfter time.Duration
}

// backlog is as large as listen(2) takes; the kernel cuts it to somaxconn.
const backlog = 65535

// Listen opens n listeners on one address ("host:port"; port 0: any): the
// kernel spreads connections over them (SO_REUSEPORT). It fails as net.Listen
// does where another program, or another call, has the address.
func Listen(on string, n int, a Accepted) (fds []int32, at net.Addr, err error) {
	for range anyPort {
		fds, at, err = listen(on, n, a)
		if _, port, _ := net.SplitHostPort(on); port != "0" || !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	return fds, at, err
}

// anyPort is how often a port that was free is asked for: a client's connection may get
// it before it is listened on.
const anyPort = 10

func listen(on string, n int, a Accepted) (fds []int32, at net.Addr, err error) {
	// SO_REUSEPORT would let a second server of the same user share the port
	// without a word, so it is asked for once without.
	first, err := net.Listen("tcp", on)
	if err != nil {
		return nil, nil, err
	}
	at = first.Addr()
	first.Close()
	defer func() {
		if err != nil {
			for _, fd := range fds {
				Close(fd)
			}
			fds = nil
		}
	}()
	for range n {
		fd, err := listenOne(on, at, a)
		if err != nil {
			return fds, nil, fmt.Errorf("listen on %s: %w", on, err)
		}
		fds = append(fds, fd)
	}
	return fds, at, nil
}

// listenOne opens one of them, with net's way of reading addresses.
func listenOne(on string, at net.Addr, a Accepted) (int32, error) {
	host, _, err := net.SplitHostPort(on)
	if err != nil {
		return -1, err
	}
	c := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) error {
		var failed error
		return errors.Join(raw.Control(func(fd uintptr) { failed = a.set(int(fd)) }), failed)
	}}
	c.SetMultipathTCP(false) // it does not have all of the options
	l, err := c.Listen(context.Background(), "tcp", net.JoinHostPort(host, fmt.Sprint(at.(*net.TCPAddr).Port)))
	if err != nil {
		return -1, err
	}
	defer l.Close()
	fd, err := take(l.(*net.TCPListener).File())
	if err != nil {
		return -1, err
	}
	if err := unix.Listen(int(fd), backlog); err != nil { // again, for more than net asked for
		Close(fd)
		return -1, os.NewSyscallError("listen", err)
	}
	return fd, nil
}

// set the options, before the socket listens.
func (a Accepted) set(fd int) error {
	for _, o := range []struct{ level, name, value int }{
		{unix.SOL_SOCKET, unix.SO_REUSEPORT, 1},
		{unix.SOL_SOCKET, unix.SO_SNDBUF, a.SendBuffer},
		{unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1},
		{unix.IPPROTO_TCP, unix.TCP_NODELAY, 1},
		{unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, keepIdle},
		{unix.IPPROTO_TCP, unix.TCP_KEEPINTVL, keepEvery},
		{unix.IPPROTO_TCP, unix.TCP_KEEPCNT, keepTries},
		{unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, a.NotSent},
		{unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(max(a.DeadAfter, keepAll).Milliseconds())},
	} {
		if err := unix.SetsockoptInt(fd, o.level, o.name, o.value); err != nil {
			return os.NewSyscallError("setsockopt", err)
		}
	}
	return nil
}

// Adopt takes a connection over from the net package, which is done with it
// then, whatever the outcome.
func Adopt(c *net.TCPConn, a Accepted) (int32, error) {
	defer c.Close()
	fd, err := take(c.File())
	if err != nil {
		return -1, err
	}
	if err := a.set(int(fd)); err != nil {
		Close(fd)
		return -1, err
	}
	return fd, nil
}

// take makes a descriptor our own, one that does not block.
func take(f *os.File, err error) (int32, error) {
	if err != nil {
		return -1, err
	}
	defer f.Close()
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return -1, os.NewSyscallError("dup", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		Close(int32(fd))
		return -1, os.NewSyscallError("fcntl", err)
	}
	return int32(fd), nil
}

// Hand gives a connection to the net package, or closes it.
func Hand(fd int32) (net.Conn, error) {
	f := os.NewFile(uintptr(fd), "connection")
	defer f.Close() // FileConn has a descriptor of its own
	return net.FileConn(f)
}
