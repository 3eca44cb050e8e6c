package poll

import (
	"net"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// accepted is one connection of a listener of ours, and its client.
func accepted(t *testing.T, a Accepted) (fd int32, client net.Conn) {
	t.Helper()
	fd, client = acceptedOn(t, "127.0.0.1:0", a)
	t.Cleanup(func() { Close(fd) })
	return fd, client
}

// acceptedOn is accepted on an address, for who closes the descriptor himself.
func acceptedOn(t *testing.T, on string, a Accepted) (fd int32, client net.Conn) {
	t.Helper()
	fds, at, err := Listen(on, 1, a)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { Close(fds[0]) })
	return one(t, fds[0], at)
}

// one more connection of a listener, for who closes the descriptor himself.
func one(t *testing.T, listener int32, at net.Addr) (fd int32, client net.Conn) {
	t.Helper()
	client, err := net.Dial("tcp", at.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	for { // the dial has returned, so it is there, or all but there
		fd, _, errno := Accept(listener)
		if errno == 0 {
			return fd, client
		}
		if errno != syscall.EAGAIN {
			t.Fatal(errno)
		}
	}
}

func option(t *testing.T, fd int32, level, name int) int {
	t.Helper()
	v, err := unix.GetsockoptInt(int(fd), level, name)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A quiet connection must outlive lost probes: with the user timeout shorter
// than that the kernel takes one for a dead peer.
func TestKeepAliveSurvivesLostProbes(t *testing.T) {
	for _, dead := range []time.Duration{time.Second, 30 * time.Second, time.Hour} {
		fds, at, err := Listen("127.0.0.1:0", 1, Accepted{SendBuffer: 64 << 10, NotSent: 16 << 10, DeadAfter: dead})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { Close(fds[0]) })
		idle, most := map[int]bool{}, 0
		for range 64 {
			fd, _ := one(t, fds[0], at)
			defer Close(fd)
			if option(t, fd, unix.SOL_SOCKET, unix.SO_KEEPALIVE) == 0 {
				t.Fatal("keep-alive is off")
			}
			v := option(t, fd, unix.IPPROTO_TCP, unix.TCP_KEEPIDLE)
			idle[v] = true
			most = max(most, v)
			Stagger(fds[0])
		}
		if len(idle) < 10 {
			t.Fatalf("first asked after %v s: those who came together are asked together", idle)
		}
		fd, _ := one(t, fds[0], at)
		defer Close(fd)
		every := option(t, fd, unix.IPPROTO_TCP, unix.TCP_KEEPINTVL)
		limit := time.Duration(option(t, fd, unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT)) * time.Millisecond
		if need := time.Duration(most+3*every) * time.Second; limit < need || limit < dead {
			t.Fatalf("given up after %v; three probes take until %v", limit, need)
		}
	}
}
