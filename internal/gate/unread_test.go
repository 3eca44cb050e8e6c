package gate_test

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"testing"
	"time"

	"matchstream/internal/gate"
	"matchstream/internal/pump"
)

// hosted are connections over the kernel's sockets among the quiet. Nobody reads
// of them but the test.
type hosted struct {
	testing.TB
	listener net.Listener
	from     address      // of who comes
	sockets  []socketFrom // of those who came
	quiet    gate.Quiet
	lodge    net.Listener
}

func newHosted(t testing.TB) *hosted {
	h := &hosted{TB: t, listener: listen(t)}
	h.lodge = h.quiet.Lodge(h)
	t.Cleanup(func() { h.listener.Close() })
	return h
}

func (h *hosted) Accept() (net.Conn, error) {
	c, err := h.listener.Accept()
	if err != nil {
		return nil, err
	}
	s := socketFrom{c.(*net.TCPConn), h.from}
	h.sockets = append(h.sockets, s)
	return s, nil
}

func (h *hosted) Close() error   { return h.listener.Close() }
func (h *hosted) Addr() net.Addr { return h.listener.Addr() }

type socketFrom struct {
	*net.TCPConn
	remote address
}

func (s socketFrom) RemoteAddr() net.Addr { return s.remote }

// visitor is a client, and the server's side of him.
type visitor struct {
	net.Conn
	t      testing.TB
	server net.Conn
}

// come are so many from an address, who say nothing.
func (h *hosted) come(n int, from string) (all []*visitor) {
	h.Helper()
	for range n {
		c, err := net.Dial("tcp", h.listener.Addr().String())
		if err != nil {
			h.Fatal(err)
		}
		h.from = address(from)
		server, err := h.lodge.Accept()
		if err != nil {
			h.Fatal(err)
		}
		h.Cleanup(func() { c.Close(); server.Close() })
		all = append(all, &visitor{c, h.TB, server})
	}
	return all
}

// says something that lies in the server's socket then.
func (v *visitor) says(words string) {
	v.t.Helper()
	if _, err := io.WriteString(v, words); err != nil {
		v.t.Fatal(err)
	}
	for !pump.Unread(v.server) {
		runtime.Gosched()
	}
}

// hears reads what comes to one side.
func hears(t testing.TB, c net.Conn, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(c, got); err != nil || string(got) != want {
		t.Fatalf("heard %q, %v; want %q", got, err, want)
	}
}

// yields expects one to be closed, and no other, once his moment is over.
func (h *hosted) yields(before pump.Quiet, want *visitor) {
	h.Helper()
	n := h.quiet.N()
	for end := time.Now().Add(patience); !h.quiet.Yield(before); runtime.Gosched() {
		if time.Now().After(end) {
			h.Fatal("nobody made room")
		}
	}
	if !want.closed() || h.quiet.N() != n-1 {
		h.Fatalf("another made room; of %d there are %d", n, h.quiet.N())
	}
}

// closed says whether the server's side is.
func (v *visitor) closed() bool {
	return errors.Is(v.server.SetReadDeadline(time.Time{}), net.ErrClosed)
}

// Whose request waits to be read is served, and one who says nothing is closed in
// his place; so is one who has left. He goes in his turn if he has begun his
// request before, and if it is still not read when it is his turn again.
func TestUnreadIsPassedOver(t *testing.T) {
	h := newHosted(t)
	all := h.come(8, "192.0.2.1:1")
	drips, waits, asks, leaves := all[0], all[1], all[2], all[3]
	drips.says("G")
	hears(t, drips.server, "G") // now he is the last
	drips.says("E")
	waits.says("ping")
	asks.says("ping")
	leaves.Close()
	h.yields(pump.Quiet{}, leaves)
	hears(t, asks.server, "ping")
	gate.ConnState(asks.server, http.StateActive)
	io.WriteString(asks.server, "pong")
	hears(t, asks, "pong")
	gate.ConnState(asks.server, http.StateIdle)
	asks.says("once more")
	for _, silent := range all[4:] {
		h.yields(pump.Quiet{}, silent)
	}
	h.yields(pump.Quiet{}, drips)
	h.yields(pump.Quiet{}, waits)
	h.yields(pump.Quiet{}, asks)
}

// One of few whose request waits has one more moment, in which others go.
func TestUnreadOfFew(t *testing.T) {
	h := newHosted(t)
	asks, silent := h.come(1, "192.0.2.1:1")[0], h.come(1, "192.0.2.2:1")[0]
	asks.says("ping")
	h.yields(pump.Quiet{}, silent)
	h.yields(pump.Quiet{}, asks) // once
}

// Those whose requests wait have been quiet for a shorter time than who is to be
// closed elsewhere. So they are once.
func TestUnreadBefore(t *testing.T) {
	h := newHosted(t)
	all := h.come(pump.Few+1, "192.0.2.1:1")
	for _, v := range all {
		v.says("ping")
	}
	elsewhere := pump.Quiet{Crowd: len(all), Since: time.Now()}
	if h.quiet.Yield(elsewhere) {
		t.Error("one of them went before one who says nothing")
	}
	elsewhere.Since = time.Now()
	h.yields(elsewhere, all[0])
}

// Of a large crowd one goes for each who comes, though requests of all of them
// wait: nobody keeps others out, nor has others closed, by what he leaves unread.
func TestUnreadOfCrowd(t *testing.T) {
	h := newHosted(t)
	h.come(1, "192.0.2.1:1") // alone, and for longer
	many := h.come(pump.Few+2, "192.0.2.2:1")
	last := len(many) - 1
	for _, v := range many[:last] {
		v.says("G")
	}
	h.yields(pump.Quiet{}, many[last])
	h.yields(pump.Quiet{}, many[0])
}

// No more are looked at for one who comes than there is time for; then the first
// of them goes. Each is looked at once.
func TestUnreadLooks(t *testing.T) {
	h := newHosted(t)
	all := h.come(gate.MostLooks+3, "192.0.2.1:1")
	for _, v := range all[:gate.MostLooks+1] {
		v.says("G")
	}
	h.yields(pump.Quiet{}, all[0])
	h.yields(pump.Quiet{}, all[gate.MostLooks+1])
	h.yields(pump.Quiet{}, all[gate.MostLooks+2])
	h.yields(pump.Quiet{}, all[1])
}

// Over TLS a request is passed over that waits, too.
func TestUnreadOverTLS(t *testing.T) {
	h := newHosted(t)
	server, clients := ours()
	all := h.come(pump.Few+2, "192.0.2.1:1")
	asks, silent := all[0], all[1]
	for _, v := range all {
		client := tls.Client(v.Conn, clients)
		v.Conn = client
		shaken := make(chan error, 1)
		go func() { shaken <- client.Handshake() }()
		over := tls.Server(pump.NewSteady(v.server, time.Minute), server)
		if err := errors.Join(over.Handshake(), <-shaken); err != nil {
			t.Fatal(err)
		}
		gate.ConnState(over, http.StateActive)
		gate.ConnState(over, http.StateIdle)
	}
	asks.says("ping")
	h.yields(pump.Quiet{}, silent)
	for _, v := range append(all[2:], asks) { // once
		h.yields(pump.Quiet{}, v)
	}
}
