package gate_test

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"matchstream/internal/access"
	"matchstream/internal/pump"
)

// withLog is a rig with an access log; closed ends both and returns its lines by
// the address of the client, which is what the test knows of each.
func withLog(t *testing.T, s setting) (r *rig, closed func() map[netip.AddrPort][]access.Line) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "access.log")
	var err error
	if s.access, err = access.Open(name, slog.Default()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.access.Close() })
	r = newRig(t, s)
	return r, func() map[netip.AddrPort][]access.Line {
		t.Helper()
		r.stop()
		if n := r.gate.Sessions(); n != 0 {
			t.Errorf("%d sessions have not ended", n)
		}
		if err := s.access.Close(); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines := map[netip.AddrPort][]access.Line{}
		for reader := access.NewReader(f); ; {
			l, err := reader.Read()
			if err == io.EOF {
				return lines
			}
			if err != nil {
				t.Fatal(err)
			}
			from := addressOf(l)
			lines[from] = append(lines[from], l)
		}
	}
}

func addressOf(l access.Line) netip.AddrPort {
	if c, ok := l.(*access.Connection); ok {
		return c.From
	}
	return l.(*access.Request).From
}

// eachPump runs a test with either.
func eachPump(t *testing.T, test func(t *testing.T, epoll bool)) {
	t.Run("goroutine", func(t *testing.T) { test(t, false) })
	t.Run("epoll", func(t *testing.T) { test(t, true) })
}

// reading is a client that reads all that comes.
type reading struct {
	net.Conn
	wants access.Connection
	first string // what shows that he is in
	got   []byte
}

func (c *reading) until(t *testing.T, text string) {
	t.Helper()
	c.SetReadDeadline(time.Now().Add(patience))
	for buffer := make([]byte, 4096); !strings.Contains(string(c.got), text); {
		n, err := c.Read(buffer)
		c.got = append(c.got, buffer[:n]...)
		if err != nil {
			t.Fatalf("%s: %v after %q", c.wants.User, err, c.got)
		}
	}
}

func (c *reading) rest(t *testing.T) {
	t.Helper()
	c.SetReadDeadline(time.Now().Add(patience))
	rest, err := io.ReadAll(c)
	if err != nil {
		t.Fatalf("%s: %v after %q", c.wants.User, err, rest)
	}
	c.got = append(c.got, rest...)
	c.Close()
}

func (c *reading) address() netip.AddrPort { return netip.MustParseAddrPort(c.LocalAddr().String()) }

// A line of the access log says what its client saw, to the byte, and what he
// had asked for.
func TestAccessLogOfWatchers(t *testing.T) {
	eachPump(t, func(t *testing.T, epoll bool) {
		r, closed := withLog(t, setting{epoll: epoll})
		r.create(seed)
		epoch := r.post(seed, start).Epoch
		r.post(seed, `{"kind":"comment","comment":"Rain."}`)
		const other = "arg-fra-2022-12-18"
		r.create(other)
		at := func(n int) string { return fmt.Sprintf("%d-%s", n, epoch) }
		get := func(path, header string) string {
			return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + header + "\r\n"
		}
		stream := "/1/match/" + seed
		const handshake = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
		var all []*reading
		for _, c := range []struct {
			says, first string
			want        access.Connection
		}{
			{"VERSION:1:CONNECT:ann:MATCH:" + seed + "\r\n", "period", access.Connection{Protocol: access.TCP, User: "ann", Begin: at(2), Events: 2}},
			{"VERSION:1:CONNECT:\"bob\"\\é<>:MATCH:" + seed + ":IDS:on:SINCE:0\n", "Rain", access.Connection{Protocol: access.TCP, User: `"bob"\é<>`, Since: "0", Resumed: true, Begin: at(0), Events: 4}},
			{"VERSION:1:CONNECT:cid:MATCH:" + seed + ":SINCE:1-zzzzzz\n", "period", access.Connection{Protocol: access.TCP, User: "cid", Since: "1-zzzzzz", Begin: at(2), Events: 2}},
			{get(stream+"/stream?user=dan", ""), "event: status", access.Connection{Protocol: access.SSE, User: "dan", Begin: at(2), Events: 2}},
			{get(stream+"/stream?user=eve&since=1", "Last-Event-ID: "+at(0)+"\r\n"), "Rain", access.Connection{Protocol: access.SSE, User: "eve", Since: at(0), Resumed: true, Begin: at(0), Events: 4}},
			{get(stream+"/stream?user=l%C3%BAa&since=1", ""), "Rain", access.Connection{Protocol: access.SSE, User: "lúa", Since: "1", Resumed: true, Begin: at(1), Events: 3}},
			{get(stream+"/ws", handshake), `"status"`, access.Connection{Protocol: access.WS, Begin: at(2), Events: 2}},
			{get(stream+"/ws?since="+at(1)+"&user=%66lo", handshake), "Rain", access.Connection{Protocol: access.WS, User: "flo", Since: at(1), Resumed: true, Begin: at(1), Events: 3}},
		} {
			c.want.Match, c.want.End, c.want.Why = seed, at(4), "ended"
			w := &reading{wants: c.want, first: c.first}
			l := r.setting.http
			if c.want.Protocol == access.TCP {
				l = r.setting.tcp
			}
			w.Conn = r.dial(l)
			io.WriteString(w, c.says)
			w.until(t, c.first)
			all = append(all, w)
		}
		board := &reading{Conn: r.dial(r.setting.http), wants: access.Connection{Protocol: access.SSE, Why: "draining"}}
		io.WriteString(board, get("/1/stream", ""))
		board.until(t, other)
		r.post(seed, `{"kind":"comment","comment":"More of it."}`)
		r.post(seed, `{"kind":"abandon"}`)
		for _, w := range all {
			w.rest(t)
		}
		board.until(t, "abandon")
		// One who leaves, by himself.
		gus := &reading{Conn: r.dial(r.setting.tcp), wants: access.Connection{Protocol: access.TCP, User: "gus", Match: other, Why: "left"}}
		io.WriteString(gus, "VERSION:1:CONNECT:gus:MATCH:"+other+"\r\n")
		gus.until(t, "not_started")
		gus.Close()
		r.post(other, start)
		for r.gate.TCP.Active() > 0 {
			r.try(other, `{"kind":"comment","comment":"Anybody there?"}`) // until he is seen to have gone
			time.Sleep(time.Millisecond)
		}
		drained := make(chan struct{})
		go func() { defer close(drained); r.drain(0) }()
		board.rest(t)
		board.wants.Events = uint64(strings.Count(string(board.got), "event: ")) - 2 // those of the status
		<-drained
		lines := closed()
		for _, w := range append(all, board) {
			w.wants.From, w.wants.Bytes = w.address(), uint64(len(w.got))
			hasLine(t, lines[w.address()], w.wants)
			delete(lines, w.address())
		}
		if l := lines[gus.address()]; len(l) != 1 || l[0].(*access.Connection).Why != "left" && l[0].(*access.Connection).Why != "broken" || l[0].(*access.Connection).Bytes < uint64(len(gus.got)) {
			t.Errorf("one who left: %+v", l)
		}
		if delete(lines, gus.address()); len(lines) > 0 {
			t.Errorf("lines of nobody: %v", lines)
		}
	})
}

// hasLine compares the one line that a client has.
func hasLine(t *testing.T, lines []access.Line, want access.Connection) {
	t.Helper()
	if len(lines) != 1 {
		t.Errorf("%d lines %+v, want %+v", len(lines), lines, want)
		return
	}
	got, ok := lines[0].(*access.Connection)
	if !ok || got.When.IsZero() {
		t.Errorf("got %+v, want %+v", lines[0], want)
		return
	}
	want.When, want.Took = got.When, got.Took
	if *got != want {
		t.Errorf("got  %+v\nwant %+v", *got, want)
	}
}

// Who is turned away at the door of the line protocol has a line that says why;
// by HTTP it is a request like any other.
func TestAccessLogOfThoseTurnedAway(t *testing.T) {
	eachPump(t, func(t *testing.T, epoll bool) {
		r, closed := withLog(t, setting{epoll: epoll, max: 1})
		r.create(seed)
		var all []*reading
		turned := func(says string, want access.Connection) {
			t.Helper()
			c := &reading{Conn: r.dial(r.setting.tcp), wants: want}
			io.WriteString(c, says)
			if says == "" && want.Why == "handshake" {
				c.Conn.(*net.TCPConn).CloseWrite()
			}
			c.wants.Protocol = access.TCP
			c.rest(t)
			all = append(all, c)
			for r.gate.Enters() > 0 { // it has room again
				time.Sleep(time.Millisecond)
			}
		}
		turned("nonsense\n", access.Connection{Why: "malformed"})
		turned("VERSION:1:CONNECT:x:MATCH:"+seed+":SINCE:yesterday\n", access.Connection{Why: "malformed"})
		turned("", access.Connection{Why: "handshake"})
		turned("VERSION:1:CONNECT:ann:MATCH:xyz-tig-2011-09-10:SINCE:3\n", access.Connection{User: "ann", Match: "xyz-tig-2011-09-10", Since: "3", Why: "not_found"})
		watching := &reading{Conn: r.dial(r.setting.tcp), wants: access.Connection{Protocol: access.TCP, User: "bea", Match: seed, Why: "draining"}}
		io.WriteString(watching, "VERSION:1:CONNECT:bea:MATCH:"+seed+"\n")
		watching.until(t, "not_started")
		full := &reading{Conn: r.dial(r.setting.tcp), wants: access.Connection{Protocol: access.TCP, Why: "full"}}
		full.rest(t)
		all = append(all, full)
		requests := map[netip.AddrPort]access.Request{}
		for path, status := range map[string]int{"/1/match/" + seed + "/stream?user=secret": 503, "/1/match/" + seed + "/ws": 426,
			"/1/match/xyz-tig-2011-09-10/stream": 404, "/1/match/" + seed + "/stream?since=x": 422, "/hello": 200} {
			c := &reading{Conn: r.dial(r.setting.http)}
			fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", path)
			c.rest(t)
			_, body, _ := strings.Cut(string(c.got), "\r\n\r\n")
			path, _, _ := strings.Cut(path, "?")
			requests[c.address()] = access.Request{From: c.address(), Protocol: access.HTTP, Method: "GET", Path: path, Status: status, Bytes: uint64(len(body)),
				Route: "GET " + matchID.ReplaceAllString(path, "/match/{id}/")}
		}
		drained := make(chan struct{})
		go func() { defer close(drained); r.drain(0) }()
		watching.rest(t)
		<-drained
		lines := closed()
		for _, c := range all {
			c.wants.From, c.wants.Bytes = c.address(), uint64(len(c.got))
			hasLine(t, lines[c.address()], c.wants)
		}
		for from, want := range requests {
			if len(lines[from]) != 1 {
				t.Errorf("%+v has %d lines", want, len(lines[from]))
				continue
			}
			got := *lines[from][0].(*access.Request)
			want.When, want.Took = got.When, got.Took
			if got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		}
		if len(lines) != len(all)+len(requests)+1 {
			t.Errorf("%d clients have lines, want %d", len(lines), len(all)+len(requests)+1)
		}
	})
}

var matchID = regexp.MustCompile(`/match/[^/]+/`)

// What the pump does not say when a watch ends it has said before: refreshes.
// Tickets go back to where they came from.
func TestAccessLogOfTheRest(t *testing.T) {
	r, closed := withLog(t, setting{perIP: 1})
	r.create(seed)
	from := func(n byte) netip.AddrPort {
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, n}), 1000)
	}
	greet := func(at netip.AddrPort) pump.Verdict {
		ticket, _, ok := r.door.Enter(at)
		if !ok {
			t.Fatalf("%v is not let in", at)
		}
		v := r.door.Greet(&pump.Caller{Said: []byte(line + "\n"), Ticket: ticket})
		if v.Kind == pump.Ponder {
			v = v.Later()
		}
		return v
	}
	slow := greet(from(1)).Watch
	_, sentence, ok := r.door.Enter(from(1))
	if told := string(sentence); ok || told != "ERROR: too many connections from your address\n\r\n" {
		t.Errorf("a second one from there is told %q", told)
	}
	slow.Refreshed(slow.Ticket)
	slow.Refreshed(slow.Ticket)
	r.post(seed, start)
	slow.Lane.Release()
	slow.Left(pump.TooSlow, pump.Sent{Bytes: 77, Events: 1, Cursor: slow.Lane.View().Join()}, slow.Ticket)
	if watchers := r.door.Watchers(); watchers != 0 {
		t.Errorf("the door counts %d", watchers)
	}
	again := greet(from(1)).Watch // there is room for him
	again.Lane.Release()
	again.Left(pump.Left, pump.Sent{Cursor: again.Cursor}, again.Ticket)
	gone, _, _ := r.door.Enter(from(2))
	r.door.Leave(gone, false) // while somebody pondered
	lines := closed()
	var why []string
	for _, l := range lines[from(1)] {
		c := l.(*access.Connection)
		why = append(why, fmt.Sprintf("%s %d %d %d", c.Why, c.Bytes, c.Events, c.Refreshes))
		if c.Why == "too_slow" && (!strings.HasPrefix(c.Begin, "0-") || !strings.HasPrefix(c.End, "1-")) {
			t.Errorf("it began at %s and ended at %s", c.Begin, c.End)
		}
	}
	if got, want := strings.Join(why, ", "), fmt.Sprintf("full_for_address %d 0 0, too_slow 77 1 2, left 0 0 0", len(sentence)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	hasLine(t, lines[from(2)], access.Connection{From: from(2), Protocol: access.TCP, Why: "left"})
}

// Over HTTP/2 a stream is a connection too, and no request.
func TestAccessLogOfHTTP2(t *testing.T) {
	r, closed := withLog(t, setting{})
	r.create(seed)
	s := secure(t, r)
	a := over(t, t.Context(), s, 2, "/1/match/"+seed+"/stream?user=ann")
	for first := make([]byte, 1); ; {
		if _, err := a.Body.Read(first); err != nil {
			t.Fatal(err)
		} else if first[0] == '{' {
			break // the status
		}
	}
	r.post(seed, start)
	r.delete(seed)
	if _, err := io.Copy(io.Discard, a.Body); err != nil {
		t.Fatal(err)
	}
	s.Close()
	var got []string
	for _, all := range closed() {
		for _, l := range all {
			c, ok := l.(*access.Connection)
			if !ok {
				t.Fatalf("a request: %+v", l)
			}
			got = append(got, fmt.Sprintf("%s %s %s %d %s", c.Protocol, c.User, c.Match, c.Events, c.Why))
		}
	}
	if want := "sse ann " + seed + " 1 deleted"; len(got) != 1 || got[0] != want {
		t.Errorf("got %q, want %s", got, want)
	}
}
