package poll

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/netip"
	"runtime"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long a test waits for what must happen. Nothing is asserted
// about time: a test that passes never waits this long.
const patience = 30 * time.Second

// usual is how the pump has its connections.
var usual = Accepted{SendBuffer: 64 << 10, NotSent: 16 << 10, DeadAfter: time.Minute}

// families are the addresses a listener of ours may have here.
func families(t *testing.T) []string {
	all := []string{"127.0.0.1:0"}
	if l, err := net.Listen("tcp6", "[::1]:0"); err != nil {
		t.Logf("without IPv6: %v", err)
	} else {
		l.Close()
		all = append(all, "[::1]:0")
	}
	return all
}

// until the kernel has one of these events for a descriptor.
func until(t *testing.T, fd int32, events int16) {
	t.Helper()
	n, err := 0, error(unix.EINTR)
	for err == unix.EINTR {
		n, err = unix.Poll([]unix.PollFd{{Fd: fd, Events: events}}, int(patience.Milliseconds()))
	}
	if n != 1 || err != nil {
		t.Fatalf("nothing has happened to the descriptor: %v", err)
	}
}

// eventually something is so that nobody tells of.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !so(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatal("still not: " + what)
		}
	}
}

func TestSendAndReceive(t *testing.T) {
	for _, on := range families(t) {
		fd, client := acceptedOn(t, on, usual)
		defer Close(fd)
		buffer := make([]byte, 8)
		if n, errno := Receive(fd, buffer); n != 0 || errno != syscall.EAGAIN {
			t.Fatalf("of one who says nothing: %d, %v", n, errno)
		}
		client.Write([]byte("hello, everyone"))
		var got []byte
		for len(got) < 15 {
			until(t, fd, unix.POLLIN)
			n, errno := Receive(fd, buffer)
			if errno != 0 || n == 0 {
				t.Fatal(n, errno)
			}
			got = append(got, buffer[:n]...)
		}
		if string(got) != "hello, everyone" {
			t.Fatalf("received %q", got)
		}
		if n, errno := Send(fd, []byte("and you")); n != 7 || errno != 0 {
			t.Fatal(n, errno)
		}
		if _, err := io.ReadFull(client, buffer[:7]); err != nil || string(buffer[:7]) != "and you" {
			t.Fatalf("read %q, %v", buffer, err)
		}
		if n, errno := Send(fd, nil); n != 0 || errno != 0 {
			t.Fatalf("nothing to send: %d, %v", n, errno)
		}
	}
}

// fill sends until there is no room, and returns what was taken.
func fill(t *testing.T, fd int32) (taken []byte) {
	t.Helper()
	for i := 0; ; i++ {
		p := bytes.Repeat([]byte{byte('a' + i%26)}, 10_000)
		n, errno := Send(fd, p)
		taken = append(taken, p[:n]...)
		if errno == syscall.EAGAIN {
			if n != 0 {
				t.Fatalf("no room, and %d bytes were taken", n)
			}
			return taken
		}
		if errno != 0 {
			t.Fatal(errno)
		}
	}
}

// What was taken comes, each byte once, and is unsent until it has.
func TestSendUntilThereIsNoRoom(t *testing.T) {
	fd, client := accepted(t, usual)
	taken := fill(t, fd)
	if n := Unsent(fd); n <= 0 || int(n) > len(taken) {
		t.Fatalf("%d of %d bytes are unsent", n, len(taken))
	}
	got := make([]byte, len(taken))
	if _, err := io.ReadFull(client, got); err != nil || !bytes.Equal(got, taken) {
		t.Fatalf("other bytes came than were taken, %v", err)
	}
	eventually(t, "all is acknowledged", func() bool { return Unsent(fd) == 0 })
	if n, errno := Send(fd, []byte("more")); n != 4 || errno != 0 {
		t.Fatal(n, errno)
	}
}

// Finish ends our side and no other.
func TestFinish(t *testing.T) {
	fd, client := accepted(t, usual)
	Send(fd, []byte("bye"))
	Finish(fd)
	if got, err := io.ReadAll(client); string(got) != "bye" || err != nil {
		t.Fatalf("%q, %v", got, err)
	}
	if _, errno := Send(fd, []byte("more")); errno != syscall.EPIPE {
		t.Fatalf("sending behind it: %v", errno)
	}
	client.Write([]byte("thanks"))
	until(t, fd, unix.POLLIN)
	buffer := make([]byte, 10)
	if n, errno := Receive(fd, buffer); errno != 0 || string(buffer[:n]) != "thanks" {
		t.Fatalf("%q, %v", buffer[:n], errno)
	}
	client.Close()
	until(t, fd, unix.POLLIN)
	if n, errno := Receive(fd, buffer); n != 0 || errno != 0 {
		t.Fatalf("behind the last: %d, %v", n, errno)
	}
}

func TestCloseIsAnEndAndAbortAReset(t *testing.T) {
	for _, c := range []struct {
		close func(int32)
		want  error
	}{{Close, io.EOF}, {Abort, syscall.ECONNRESET}} {
		fd, client := acceptedOn(t, "127.0.0.1:0", usual)
		c.close(fd)
		if _, err := client.Read(make([]byte, 1)); !errors.Is(err, c.want) {
			t.Errorf("the client reads %v, want %v", err, c.want)
		}
		if _, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err != unix.EBADF {
			t.Errorf("the descriptor is still there: %v", err)
		}
	}
}

// One who has gone is an error, and no signal.
func TestResetByTheClient(t *testing.T) {
	fd, client := accepted(t, usual)
	client.(*net.TCPConn).SetLinger(0)
	client.Close()
	until(t, fd, unix.POLLIN)
	if n, errno := Receive(fd, make([]byte, 1)); n != 0 || errno != syscall.ECONNRESET {
		t.Fatalf("%d, %v", n, errno)
	}
	if n, errno := Send(fd, []byte("hello?")); n != 0 || errno != syscall.EPIPE {
		t.Fatalf("%d, %v", n, errno)
	}
}

func TestAddresses(t *testing.T) {
	for _, on := range families(t) {
		fds, at, err := Listen(on, 1, usual)
		if err != nil {
			t.Fatal(err)
		}
		defer Close(fds[0])
		if fd, from, errno := Accept(fds[0]); fd != -1 || from.IsValid() || errno != syscall.EAGAIN {
			t.Fatalf("nobody has come: %d, %v, %v", fd, from, errno)
		}
		var dialer net.Dialer
		if at.(*net.TCPAddr).IP.To4() != nil { // not from the address he dials
			dialer.LocalAddr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}
		}
		client, err := dialer.Dial("tcp", at.String())
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		until(t, fds[0], unix.POLLIN)
		fd, from, errno := Accept(fds[0])
		if errno != 0 {
			t.Fatal(errno)
		}
		defer Close(fd)
		want := netip.MustParseAddrPort(client.LocalAddr().String())
		if from != want || Peer(fd) != want {
			t.Errorf("he is from %v, or %v, want %v", from, Peer(fd), want)
		}
		for _, get := range []int{unix.F_GETFL, unix.F_GETFD} {
			flags, err := unix.FcntlInt(uintptr(fd), get, 0)
			if want := map[int]int{unix.F_GETFL: unix.O_NONBLOCK, unix.F_GETFD: unix.FD_CLOEXEC}[get]; err != nil || flags&want == 0 {
				t.Errorf("flags %#x without %#x, %v", flags, want, err)
			}
		}
	}
}

// What is not known is nothing, and no failure.
func TestNotAConnection(t *testing.T) {
	if from, n := Peer(-1), Unsent(-1); from.IsValid() || n != 0 {
		t.Errorf("%v, %d", from, n)
	}
	if fd, _, errno := Accept(-1); fd != -1 || errno != syscall.EBADF {
		t.Errorf("%d, %v", fd, errno)
	}
}

// TestUnread: so much is there, and reading it takes it away; that the other side
// has finished is nothing to be read.
func TestUnread(t *testing.T) {
	for _, on := range families(t) {
		fd, client := acceptedOn(t, on, usual)
		if n := Unread(fd); n != 0 {
			t.Errorf("%d bytes are there before any came", n)
		}
		if _, err := io.WriteString(client, "hello"); err != nil {
			t.Fatal(err)
		}
		eventually(t, "all there", func() bool { return Unread(fd) == 5 })
		if n, errno := Receive(fd, make([]byte, 3)); n != 3 || errno != 0 {
			t.Fatal(n, errno)
		}
		if n := Unread(fd); n != 2 {
			t.Errorf("%d bytes are left, want 2", n)
		}
		client.Close()
		until(t, fd, unix.POLLRDHUP)
		if n := Unread(fd); n != 2 {
			t.Errorf("%d bytes are left before the end, want 2", n)
		}
		if n, errno := Receive(fd, make([]byte, 3)); n != 2 || errno != 0 {
			t.Fatal(n, errno)
		}
		if n := Unread(fd); n != 0 {
			t.Errorf("the end is %d bytes", n)
		}
	}
	if n := Unread(-1); n != 0 {
		t.Errorf("what cannot be known is %d", n)
	}
}
