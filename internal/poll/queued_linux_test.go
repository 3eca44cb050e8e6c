package poll_test

import (
	"net"
	"runtime"
	"testing"

	"matchstream/internal/poll"
)

// TestQueued: so many wait as have come and were not accepted.
func TestQueued(t *testing.T) {
	fds, at, err := poll.Listen("127.0.0.1:0", 1, poll.Accepted{SendBuffer: 4096, NotSent: 4096})
	if err != nil {
		t.Fatal(err)
	}
	defer poll.Close(fds[0])
	for n := range 3 {
		for poll.Queued(fds[0]) < n { // one who has connected is there soon
			runtime.Gosched()
		}
		if q := poll.Queued(fds[0]); q != n {
			t.Errorf("%d wait at %v, want %d", q, at, n)
		}
		c, err := net.Dial("tcp", at.String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	for poll.Queued(fds[0]) < 3 {
		runtime.Gosched()
	}
	fd, _, errno := poll.Accept(fds[0])
	if errno != 0 {
		t.Fatal(errno)
	}
	poll.Close(fd)
	if q := poll.Queued(fds[0]); q != 2 {
		t.Errorf("%d wait at %v when one was accepted, want 2", q, at)
	}
	if q := poll.Queued(-1); q != 1 {
		t.Errorf("what cannot be known is %d", q)
	}
}
