package pump_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"runtime"
	"testing"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/pump"
)

// patience is how long a test waits for what must happen. Nothing is asserted
// about time: a test that passes never waits this long.
const patience = 30 * time.Second

// house is a pump with a porter at its door.
type house struct {
	*testing.T
	*porter
	pump     *pump.Epoll
	lane     *feed.Lane
	counts   pump.Counts
	at       net.Addr
	panicked chan any
	last     int64
}

// lasting callers are never asked to hurry.
var lasting = pump.Patience{Handshake: time.Hour, Longest: 1000}

// newHouse is one with a porter who was told what to do.
func newHouse(t *testing.T, limit int, with pump.Patience, tell ...func(*porter)) *house {
	h := &house{T: t, lane: feed.NewLane(status(0)), panicked: make(chan any, 100)}
	h.porter = newPorter(&pump.Stream{Lane: h.lane, Counts: &h.counts,
		Farewell: func(why pump.Reason) []byte { return []byte("<" + why.String() + ">") }})
	for _, f := range tell {
		f(h.porter)
	}
	var err error
	h.pump, err = pump.NewEpoll(pump.Options{SendTimeout: h.send,
		Panicked: func(cause any) { h.panicked <- cause }}, limit)
	must(t, err)
	h.at, err = h.pump.Listen("127.0.0.1:0", h.porter, with)
	must(t, err)
	t.Cleanup(func() {
		select {
		case <-h.think: // by the test
		default:
			close(h.think)
		}
		h.pump.Close()
	})
	return h
}

func status(n int64) func(bool) []byte {
	return func(bool) []byte { return fmt.Appendf(nil, "<status %d>", n) }
}

// publish an event, and return its frame.
func (h *house) publish() string {
	h.last++
	frame := fmt.Appendf(nil, "<event %d>", h.last)
	h.lane.Append([]feed.Frame{{Event: h.last, Bytes: frame}}, status(h.last), feed.Open)
	return string(frame)
}

// guest is a client.
type guest struct {
	*net.TCPConn
	t *testing.T
}

func (h *house) comes() *guest {
	h.Helper()
	c, err := h.dial()
	must(h, err)
	h.Cleanup(func() { c.Close() })
	return c
}

func (h *house) dial() (*guest, error) {
	c, err := net.Dial("tcp", h.at.String())
	if err != nil {
		return nil, err
	}
	c.SetDeadline(time.Now().Add(patience))
	return &guest{c.(*net.TCPConn), h.T}, nil
}

// says is a client who comes and says something.
func (h *house) says(words string) *guest {
	h.Helper()
	c := h.comes()
	c.says(words)
	return c
}

func (g *guest) says(words string) {
	g.t.Helper()
	if _, err := io.WriteString(g, words); err != nil {
		g.t.Fatal(err)
	}
}

func (g *guest) reads(want string) {
	g.t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(g, got); string(got) != want {
		g.t.Fatalf("read %q, %v, want %q", got[:n], err, want)
	}
}

// ends expects the end behind these words, and closes as a client does.
func (g *guest) ends(want string) {
	g.t.Helper()
	got, err := io.ReadAll(g)
	g.Close()
	if string(got) != want || err != nil {
		g.t.Fatalf("the end came behind %q, %v, want %q", got, err, want)
	}
}

// closed when the end of a client's connection has come.
func closed(g *guest) <-chan struct{} {
	over := make(chan struct{})
	go func() {
		defer close(over)
		io.Copy(io.Discard, g)
	}()
	return over
}

// resets closes as one does who has crashed.
func (g *guest) resets() {
	g.SetLinger(0)
	g.Close()
}

// next of what a channel brings.
func next[T any](t *testing.T, of <-chan T) (it T) {
	t.Helper()
	select {
	case it = <-of:
	case <-time.After(patience):
		t.Fatalf("no %T came", it)
	}
	return it
}

// hears expects what the next Greet is given.
func (h *house) hears(want string) {
	h.Helper()
	if got := next(h.T, h.greeted); got != want {
		h.Fatalf("greeted with %q, want %q", got, want)
	}
}

// leaves expects the next end to be of one who did not watch.
func (h *house) leaves(undecided bool) {
	h.Helper()
	if e := next(h.T, h.porter.ends); e.watched || e.undecided != undecided {
		h.Fatalf("the end %+v, want one who did not watch, undecided: %t", e, undecided)
	}
}

// left expects the next end to be of a watcher.
func (h *house) left(want pump.Reason) {
	h.Helper()
	if e := next(h.T, h.porter.ends); !e.watched || e.why != want {
		h.Fatalf("the end %+v, want of a watcher: %v", e, want)
	}
}

// empties: all descriptors come free by themselves.
func (h *house) empties() {
	h.Helper()
	for limit := time.Now().Add(patience); h.pump.Open() != 0; runtime.Gosched() {
		if time.Now().After(limit) {
			h.Fatalf("%d connections are still open", h.pump.Open())
		}
	}
}

// settled closes the pump, and expects that everybody who was let in has ended
// once, and that nothing is left.
func (h *house) settled() {
	h.Helper()
	h.pump.Close()
	for _, wrong := range h.balance() {
		h.Error(wrong)
	}
	if n := h.pump.Open(); n != 0 {
		h.Errorf("%d connections are open", n)
	}
	if n := h.lane.Watchers(); n != 0 {
		h.Errorf("the lane counts %d watchers", n)
	}
	if n := h.counts.Active(); n != 0 {
		h.Errorf("%d watches are active", n)
	}
	select {
	case cause := <-h.panicked:
		h.Errorf("panicked: %v", cause)
	default:
	}
}

// upper is a hearer that says it again, louder.
type upper struct{}

func (upper) Hear(p []byte) ([]byte, pump.Reason) { return bytes.ToUpper(p), pump.Watching }
func (upper) Resting() bool                       { return true }
