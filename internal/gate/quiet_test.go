package gate_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/gate"
	"matchstream/internal/pump"
)

// lodged is an HTTP server over pipes whose connections are among the quiet.
type lodged struct {
	testing.TB
	pipes  *pipes
	quiet  gate.Quiet
	states chan http.ConnState // once they are noted
	serves chan chan bool      // a request is being served, until it is told to go on
	takes  bool                // bodies are read first
}

func newLodged(t testing.TB) *lodged {
	l := &lodged{TB: t, pipes: newPipes(), states: make(chan http.ConnState, 100), serves: make(chan chan bool)}
	s := &http.Server{
		ConnState:   func(c net.Conn, state http.ConnState) { gate.ConnState(c, state); l.states <- state },
		ConnContext: gate.ConnContext,
		Handler: gate.Served(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if l.takes {
				if _, err := io.ReadAll(r.Body); err != nil {
					return
				}
			}
			goOn := make(chan bool)
			l.serves <- goOn
			<-goOn
		})),
	}
	over := make(chan error, 1)
	go func() { over <- s.Serve(l.quiet.Lodge(l.pipes)) }()
	t.Cleanup(func() {
		s.Close()
		<-over
	})
	return l
}

// comes is a client from an address who is there, and has said nothing.
func (l *lodged) comes(from string) net.Conn {
	l.Helper()
	l.pipes.remote = from
	c := l.pipes.dial(l)
	l.becomes(http.StateNew)
	time.Sleep(time.Millisecond)
	return c
}

func (l *lodged) becomes(want http.ConnState) {
	l.Helper()
	if got := <-l.states; got != want {
		l.Fatalf("a connection became %v, want %v", got, want)
	}
}

// answered is served and stays.
func (l *lodged) answered(c net.Conn) {
	l.Helper()
	go io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	close(<-l.serves)
	if _, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil {
		l.Fatal(err)
	}
	l.becomes(http.StateActive)
	l.becomes(http.StateIdle)
}

// yields expects one to be closed, and no other.
func (l *lodged) yields(before pump.Quiet, c net.Conn) {
	l.Helper()
	time.Sleep(time.Second) // there is a moment for everybody
	if !l.quiet.Yield(before) {
		l.Fatal("nobody made room")
	}
	if _, err := c.Read(make([]byte, 1)); err != io.EOF {
		l.Fatalf("another made room: %v", err)
	}
	for <-l.states != http.StateClosed { // who has said half is active for a moment
	}
}

// Who has been quiet for longest goes first, be it since he came or since he was
// answered; who is being served never does.
func TestQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLodged(t)
		first, served, second, third := l.comes("192.0.2.1:1"), l.comes("192.0.2.1:2"), l.comes("192.0.2.1:3"), l.comes("192.0.2.1:4")
		go io.WriteString(served, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		goOn := <-l.serves
		l.becomes(http.StateActive)
		l.answered(first)
		l.yields(pump.Quiet{}, second)
		io.WriteString(third, "GET / HT") // he has begun to say what he wants
		l.yields(pump.Quiet{}, first)
		l.yields(pump.Quiet{}, third)
		if l.quiet.Yield(pump.Quiet{}) {
			t.Error("one who is being served has made room")
		}
		close(goOn)
		if _, err := http.ReadResponse(bufio.NewReader(served), nil); err != nil {
			t.Error(err)
		}
		l.becomes(http.StateIdle)
		l.yields(pump.Quiet{}, served)
	})
}

// Who has announced a body that does not come makes room, whether it is waited
// for or nobody wants it; once it is there he is served, and does not.
func TestQuietBody(t *testing.T) {
	const head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n"
	t.Run("taken", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l := newLodged(t)
			l.takes = true
			drips, whole := l.comes("192.0.2.1:1"), l.comes("192.0.2.1:2")
			io.WriteString(drips, head)
			l.becomes(http.StateActive)
			io.WriteString(drips, "ab")
			go io.WriteString(whole, head+"abc")
			goOn := <-l.serves
			l.becomes(http.StateActive)
			l.yields(pump.Quiet{}, drips)
			if l.quiet.Yield(pump.Quiet{}) {
				t.Error("one who is being served has made room")
			}
			close(goOn)
			if _, err := http.ReadResponse(bufio.NewReader(whole), nil); err != nil {
				t.Error(err)
			}
		})
	})
	t.Run("not wanted", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l := newLodged(t)
			c := l.comes("192.0.2.1:1")
			io.WriteString(c, head)
			goOn := <-l.serves
			if l.quiet.Yield(pump.Quiet{}) {
				t.Error("one who is being served has made room")
			}
			close(goOn)
			l.yields(pump.Quiet{}, c) // when the handler has returned
		})
	})
}

// Of many from one address one goes, however new; and only if nobody elsewhere
// is more in the way.
func TestQuietCrowd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLodged(t)
		alone := l.comes("192.0.2.1:1")
		var many []net.Conn
		for i := range 3 {
			many = append(many, l.comes(fmt.Sprintf("[2001:db8::%d]:1", i+1))) // one customer's
		}
		if l.quiet.Yield(pump.Quiet{Crowd: 4}) {
			t.Error("one has made room, though elsewhere there is a larger crowd")
		}
		l.yields(pump.Quiet{Crowd: 2}, many[0])
		l.yields(pump.Quiet{}, many[1])
		l.yields(pump.Quiet{}, alone)
		l.yields(pump.Quiet{}, many[2])
	})
}

// Few have a moment to say what they want; many from one address do not.
func TestQuietMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLodged(t)
		for range pump.Few {
			l.comes("192.0.2.1:1")
		}
		if l.quiet.Yield(pump.Quiet{}) {
			t.Error("one of few had no moment")
		}
		l.comes("192.0.2.1:1")
		if !l.quiet.Yield(pump.Quiet{}) {
			t.Error("whoever opens many keeps the others waiting")
		}
		if l.quiet.Yield(pump.Quiet{}) {
			t.Error("one of few had no moment")
		}
	})
}

// As long as the larger crowd has its moment, one of the smaller goes; and then of
// the larger again, how ever new.
func TestQuietMomentOfMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLodged(t)
		first, second := l.comes("192.0.2.1:1"), l.comes("192.0.2.2:1")
		time.Sleep(time.Second)
		two := []net.Conn{l.comes("192.0.2.3:1"), l.comes("192.0.2.3:2")}
		if !l.quiet.Yield(pump.Quiet{}) {
			t.Error("those who are new keep those who are not")
		}
		if _, err := first.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("another made room: %v", err)
		}
		l.becomes(http.StateClosed)
		l.yields(pump.Quiet{}, two[0])
		l.yields(pump.Quiet{}, second)
		l.yields(pump.Quiet{}, two[1])
	})
}

// Who watches never makes room, though his request announces a body that nobody
// wants and that does not come.
func TestWatcherWithBodyStays(t *testing.T) {
	for name, asks := range map[string]string{"sse": sseAsks, "ws": wsAsks, "board": boardAsks} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, nil, func(t *testing.T, r *rig) {
				r.create(seed)
				r.post(seed, start)
				c := r.watch(strings.Replace(asks, "Host: x\r\n", "Host: x\r\nContent-Length: 3\r\n", 1))
				c.get(2)
				time.Sleep(time.Second) // there is a moment for everybody
				if r.gate.Yield() {
					t.Error("a watcher has made room")
				}
			})
		})
	}
}
