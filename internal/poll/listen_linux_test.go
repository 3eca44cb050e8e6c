package poll

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// descriptors is how many this process has.
func descriptors(t *testing.T) int {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	must(t, err)
	return len(all)
}

// All listeners of a port have their part, and nobody is lost between them.
func TestListenersShareAPort(t *testing.T) {
	const listeners, clients = 3, 300
	for _, on := range families(t) {
		fds, at, err := Listen(on, listeners, usual)
		must(t, err)
		if len(fds) != listeners || at.(*net.TCPAddr).Port == 0 {
			t.Fatalf("%d listeners on %v", len(fds), at)
		}
		for range clients {
			c, err := net.Dial("tcp", at.String())
			must(t, err)
			defer c.Close()
		}
		took, all := make([]int, listeners), 0
		for all < clients {
			ready := make([]unix.PollFd, listeners)
			for i, fd := range fds {
				ready[i] = unix.PollFd{Fd: fd, Events: unix.POLLIN}
			}
			if n, err := unix.Poll(ready, int(patience.Milliseconds())); n == 0 || err != nil && err != unix.EINTR {
				t.Fatalf("%d of %d have come, %v", all, clients, err)
			}
			for i := range ready {
				if fd, _, errno := Accept(fds[i]); errno == 0 {
					defer Close(fd)
					took[i]++
					all++
				} else if errno != syscall.EAGAIN {
					t.Fatal(errno)
				}
			}
		}
		for i, n := range took {
			if n == 0 {
				t.Errorf("listener %d was given nobody of %d: %v", i, clients, took)
			}
			Close(fds[i])
		}
	}
}

// A port that somebody listens on is taken, be it by this program itself.
func TestListenOnATakenPort(t *testing.T) {
	before := descriptors(t)
	fds, at, err := Listen("127.0.0.1:0", 2, usual)
	must(t, err)
	if _, _, err := Listen(at.String(), 2, usual); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("a second time: %v", err)
	}
	if l, err := net.Listen("tcp", at.String()); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("by somebody else: %v, %v", l, err)
	}
	for _, fd := range fds {
		Close(fd)
	}
	fds, again, err := Listen(at.String(), 2, usual) // it is free at once
	must(t, err)
	if again.String() != at.String() {
		t.Errorf("on %v, want %v", again, at)
	}
	for _, fd := range fds {
		Close(fd)
	}
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors, and %d before", after, before)
	}
}

func TestListenOnWhatIsNoAddress(t *testing.T) {
	before := descriptors(t)
	for _, on := range []string{"", "127.0.0.1", "127.0.0.1:99999", "127.0.0.1:-1", "[::1:0", "127.0.0.1:no-such-port",
		"192.0.2.1:0"} { // which is nobody's
		if fds, at, err := Listen(on, 2, usual); err == nil || fds != nil || at != nil {
			t.Errorf("%q: %v, %v, %v", on, fds, at, err)
		}
	}
	// Longer than the kernel can count in milliseconds.
	if fds, _, err := Listen("127.0.0.1:0", 2, Accepted{DeadAfter: 30 * 24 * time.Hour}); err == nil || fds != nil {
		t.Errorf("options that the kernel does not take: %v, %v", fds, err)
	}
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors, and %d before", after, before)
	}
}

// A connection goes from the net package to us and back, and stays the same.
func TestAdoptAndHand(t *testing.T) {
	before := descriptors(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	client, err := net.Dial("tcp", l.Addr().String())
	must(t, err)
	server, err := l.Accept()
	must(t, err)
	fd, err := Adopt(server.(*net.TCPConn), usual)
	must(t, err)
	if _, err := server.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("net is not done with it: %v", err)
	}
	if n, errno := Receive(fd, make([]byte, 1)); errno != syscall.EAGAIN { // and does not block
		t.Fatal(n, errno)
	}
	if option(t, fd, unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT) != usual.NotSent {
		t.Error("it is not as those that are accepted")
	}
	Send(fd, []byte("one "))
	client.Write([]byte("two "))
	until(t, fd, unix.POLLIN)
	back, err := Hand(fd)
	must(t, err)
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err != unix.EBADF {
		t.Errorf("the descriptor is still there: %v", err)
	}
	back.Write([]byte("three"))
	client.(*net.TCPConn).CloseWrite()
	if got, err := io.ReadAll(back); string(got) != "two " || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	back.Close()
	if got, err := io.ReadAll(client); string(got) != "one three" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	client.Close()
	l.Close()
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors, and %d before", after, before)
	}
}

// Whatever the outcome, whoever hands a connection over is rid of it.
func TestAdoptAndHandWhatIsNone(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	must(t, err)
	c.Close()
	if fd, err := Adopt(c.(*net.TCPConn), usual); err == nil || fd != -1 {
		t.Errorf("a closed one: %d, %v", fd, err)
	}
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
	must(t, err)
	if c, err := Hand(int32(fd)); err == nil {
		t.Errorf("what is no connection: %v", c)
	}
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err != unix.EBADF {
		t.Errorf("the descriptor is still there: %v", err)
	}
}
