package poll

import (
	"net"
	"net/netip"
	"syscall"
	"testing"
	"time"
)

// dialed begins a connection, and waits until it is there or has failed.
func dialed(t *testing.T, to string, d Dialed) (fd int32, errno syscall.Errno) {
	t.Helper()
	fd, errno = Dial(netip.MustParseAddrPort(to), d)
	if errno != 0 {
		return fd, errno
	}
	t.Cleanup(func() { Close(fd) })
	p := newPoller(t)
	must(t, p.AddDialed(fd, key))
	if e := waits(t, p, -1, key)[0]; !e.Writable() {
		t.Fatalf("events %#x of a connection that is there or not", e.Events)
	}
	return fd, Connected(fd)
}

func TestDial(t *testing.T) {
	for _, on := range []string{"127.0.0.1:0", "[::1]:0"} {
		l, err := net.Listen("tcp", on)
		must(t, err)
		defer l.Close()
		fd, errno := dialed(t, l.Addr().String(), Dialed{ReceiveBuffer: 4096})
		if errno != 0 {
			t.Fatal(errno)
		}
		c, err := l.Accept()
		must(t, err)
		defer c.Close()
		Send(fd, []byte("hello"))
		b := make([]byte, 5)
		if n, err := c.Read(b); n != 5 || string(b) != "hello" {
			t.Errorf("%q, %v", b[:n], err)
		}
	}
}

func TestDialFrom(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	if _, errno := dialed(t, l.Addr().String(), Dialed{From: netip.MustParseAddr("127.0.0.77")}); errno != 0 {
		t.Fatal(errno)
	}
	c, err := l.Accept()
	must(t, err)
	defer c.Close()
	if from := netip.MustParseAddrPort(c.RemoteAddr().String()); from.Addr() != netip.MustParseAddr("127.0.0.77") {
		t.Errorf("it comes from %v", from)
	}
	if _, errno := dialed(t, l.Addr().String(), Dialed{From: netip.MustParseAddr("203.0.113.1")}); errno != syscall.EADDRNOTAVAIL {
		t.Errorf("from an address that is not ours: %v", errno)
	}
}

func TestDialRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	at := l.Addr().String()
	l.Close()
	if _, errno := dialed(t, at, Dialed{}); errno != syscall.ECONNREFUSED {
		t.Errorf("nobody is there: %v", errno)
	}
	if errno := Connected(-1); errno != syscall.EBADF {
		t.Errorf("what is none is connected: %v", errno)
	}
}

// What comes on a stamped connection has the time at which the kernel had it, be it
// read much later.
func TestReceiveStamped(t *testing.T) {
	fd, client := accepted(t, usual)
	if errno := Stamp(fd); errno != 0 {
		t.Fatal(errno)
	}
	b := make([]byte, 8)
	if _, _, errno := ReceiveStamped(fd, b); errno != syscall.EAGAIN {
		t.Errorf("nothing is there: %v", errno)
	}
	p := newPoller(t)
	must(t, p.Add(fd, key))
	var before, after, at time.Time
	var n int
	var errno syscall.Errno
	for at.IsZero() { // the kernel begins with stamps when it finds time
		before = time.Now()
		client.Write([]byte("x"))
		waits(t, p, -1, key)
		after = time.Now()
		if n, at, errno = ReceiveStamped(fd, b); errno != 0 {
			t.Fatal(errno)
		}
	}
	if n != 1 || errno != 0 || at.Before(before.Add(-time.Millisecond)) || at.After(after) {
		t.Errorf("%d bytes, %v, at %v, expected one between %v and %v", n, errno, at, before, after)
	}
	client.Close()
	waits(t, p, -1, key)
	if n, at, errno := ReceiveStamped(fd, b); n != 0 || errno != 0 || !at.IsZero() {
		t.Errorf("the end: %d, %v, %v", n, at, errno)
	}
}
