package crowd

import (
	"bufio"
	"fmt"
	"maps"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"matchstream/internal/lab"
)

// scripted is a server that says what a test wants to be said.
type scripted struct {
	t     *testing.T
	l     net.Listener
	works sync.WaitGroup
	mu    sync.Mutex
	open  []net.Conn
	nth   int
	say   func(*said)
}

// said is a connection, and what its client has asked for.
type said struct {
	net.Conn
	r    *bufio.Reader
	nth  int    // from 1
	ask  string // the line, or the request's address
	head http.Header
}

// script starts one; say is run for each connection, which it closes at its end.
func script(t *testing.T, say func(*said)) *scripted {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &scripted{t: t, l: l, say: say}
	s.works.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.nth++
			nth := s.nth
			s.open = append(s.open, c)
			s.mu.Unlock()
			s.works.Go(func() { s.serve(c, nth) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		s.mu.Lock()
		for _, c := range s.open {
			c.Close()
		}
		s.mu.Unlock()
		s.works.Wait()
	})
	return s
}

func (s *scripted) serve(c net.Conn, nth int) {
	defer c.Close()
	a := &said{Conn: c, r: bufio.NewReader(c), nth: nth}
	if b, err := a.r.Peek(3); err == nil && string(b) == "GET" {
		r, err := http.ReadRequest(a.r)
		if err != nil {
			s.t.Error(err)
			return
		}
		a.ask, a.head = r.URL.String(), r.Header
	} else {
		line, _ := a.r.ReadString('\n')
		a.ask = strings.TrimRight(line, "\r\n")
	}
	s.say(a)
}

// send text to the watcher; and hold the connection until he goes.
func (c *said) send(parts ...string) {
	for _, part := range parts {
		c.Write([]byte(part))
	}
}

func (c *said) hold() {
	for {
		if _, err := c.r.ReadByte(); err != nil {
			return
		}
	}
}

// sse, ws: the heads of the answers.
func (c *said) sse() {
	c.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nretry: 2000\n\n")
}

func (c *said) ws() {
	c.send(webSocketHead(c.head.Get("Sec-Websocket-Key")))
}

// at is a frame of the line protocol; ended: the period of a status.
func statusAt(id int, period string) string {
	return fmt.Sprintf("2026-11-22 18:22:04: status:\n\thome: <<\"elp\">>\n\thome_players:\n\thome_score: 0\n\tvisit: <<\"tig\">>\n\tvisit_players:\n\tvisit_score: 0\n\tperiod: %s\n\tid: %d-k3f9a2\n\r\n", period, id)
}

func eventAt(id int, kind string) string {
	return fmt.Sprintf("2026-11-22 18:22:04: %s:\n\tcomment: <<\"%s\">>\n\tid: %d-k3f9a2\n\r\n", kind, lab.AppendMark(nil, id, time.Now()), id)
}

func objectAt(id int, kind string) string {
	data := fmt.Sprintf(`{"comment":"lab-%d-1790000000000000;"}`, id)
	if kind == "status" {
		data = `{"id":"elp-tig-2011-09-10","home":"elp","visit":"tig","period":"first"}`
	}
	return fmt.Sprintf(`{"id":%d,"position":"%d-k3f9a2","timestamp":1790000000000,"kind":"%s","data":%s}`, id, id, kind, data)
}

func blockAt(id int, kind string) string {
	return fmt.Sprintf("id: %d-k3f9a2\nevent: %s\ndata: %s\n\n", id, kind, objectAt(id, kind))
}

func messageAt(id int, kind string) string { return string(message([]byte(objectAt(id, kind)))) }

func closeAt(code int) string { return "\x88\x02" + string([]byte{byte(code >> 8), byte(code)}) }

// planAt is of one watcher of a scripted server.
func planAt(s *scripted, by lab.Protocol) lab.Plan {
	return lab.Plan{Users: 1, Server: "http://" + s.l.Addr().String(), Lines: []string{s.l.Addr().String()}, Match: game,
		Via: []lab.Share{{Via: by, Weight: 1}}, Patience: 5 * time.Second}
}

// found is what is found of a server until its match has ended.
func found(t *testing.T, p lab.Plan, want map[string]int64) *lab.Tally {
	t.Helper()
	c, err := Carrier{}.Gather(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	tally := finish(t, c, 0)
	if !maps.Equal(tally.Errors, want) || len(tally.Own) > 0 {
		t.Errorf("errors %v, own %v, expected %v: %+v", tally.Errors, tally.Own, want, tally.Findings)
	}
	named(t, tally)
	return tally
}

// A crowd of lines is told of statuses that are none of the first.
func TestStatusesBetween(t *testing.T) {
	for name, of := range map[string]struct {
		say  string
		want map[string]int64
	}{
		"a correction":     {eventAt(6, "cancel") + statusAt(6, "first") + eventAt(7, "stop"), map[string]int64{}},
		"moved forward":    {statusAt(9, "first") + eventAt(10, "stop"), map[string]int64{lab.Missing: 4}},
		"moved back":       {statusAt(3, "first") + eventAt(6, "stop"), map[string]int64{lab.Stray: 1}},
		"abandoned":        {eventAt(6, "abandon") + statusAt(6, "ended"), map[string]int64{}},
		"of another match": {strings.ReplaceAll(statusAt(5, "first"), "elp", "boc") + eventAt(6, "stop"), map[string]int64{lab.Malformed: 1}},
		"reopened":         {eventAt(6, "stop") + eventAt(7, "cancel") + statusAt(7, "last") + eventAt(8, "stop"), map[string]int64{}},
		"reordered":        {eventAt(7, "comment") + eventAt(8, "comment") + eventAt(6, "comment") + eventAt(9, "stop"), map[string]int64{lab.Reordered: 1}},
		"told before":      {eventAt(5, "comment") + eventAt(6, "stop"), map[string]int64{lab.Doubled: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			s := script(t, func(c *said) {
				if strings.Contains(c.ask, ":SINCE:5-k3f9a2") {
					c.send(eventAt(6, "stop"))
				} else {
					c.send(statusAt(5, "first"), of.say)
				}
				c.Conn.(*net.TCPConn).CloseWrite()
				c.hold()
			})
			if tally := found(t, planAt(s, lab.TCP), of.want); tally.Ended != 1 {
				t.Errorf("%d saw the end", tally.Ended)
			}
		})
	}
}

// Where a watcher reads slowly on purpose, it is no error to move him forward; and he
// sees the end, though it was there long before he read as far.
func TestSlowMovedForward(t *testing.T) {
	settled := make(chan struct{})
	s := script(t, func(c *said) {
		c.send(statusAt(5, "first"))
		<-settled
		c.send(statusAt(9, "first"), eventAt(10, "comment"), eventAt(11, "comment"), eventAt(12, "stop"))
		c.Conn.(*net.TCPConn).CloseWrite()
		c.hold()
	})
	p := planAt(s, lab.TCP)
	p.Slow, p.Every = 1, 500*time.Millisecond
	c := gatherAll(t, p)
	close(settled)
	tally := finish(t, c, 0)
	blameless(t, tally)
	if tally.Moved != 1 || tally.Ended != 1 {
		t.Errorf("moved %d, ended %d", tally.Moved, tally.Ended)
	}
}

// All are told the same of an event.
func TestOtherBytes(t *testing.T) {
	both := make(chan struct{})
	s := script(t, func(c *said) {
		c.send(statusAt(5, "first"))
		if c.nth == 2 {
			close(both)
		}
		<-both
		c.send(strings.ReplaceAll(eventAt(6, "comment"), "lab-", fmt.Sprint(c.nth, " lab-")), "2026-11-22 18:22:04: stop:\n\tid: 7-k3f9a2\n\r\n")
		c.Conn.(*net.TCPConn).CloseWrite()
		c.hold()
	})
	p := planAt(s, lab.TCP)
	p.Users = 2
	found(t, p, map[string]int64{lab.Stray: 1})
}

// Who is sent away comes back with his position: no error, if he is let in again and
// nothing is missing.
func TestSentAway(t *testing.T) {
	for name, of := range map[string]struct {
		by   lab.Protocol
		say  func(*said)
		want map[string]int64
	}{
		"sse": {lab.SSE, func(c *said) {
			c.sse()
			if c.nth == 1 {
				c.send(blockAt(5, "status"), blockAt(6, "goal"), "retry: 100\n\n")
				return
			}
			if c.head.Get("Last-Event-Id") != "6-k3f9a2" {
				c.send("that is not where he was")
			}
			c.send(blockAt(7, "goal"), blockAt(8, "stop"))
		}, map[string]int64{}},
		"ws": {lab.WebSocket, func(c *said) {
			c.ws()
			if c.nth == 1 {
				c.send(messageAt(5, "status"), messageAt(6, "goal"), closeAt(1012))
				return
			}
			if !strings.Contains(c.ask, "since=6-k3f9a2") {
				c.send("that is not where he was")
			}
			c.send(messageAt(7, "stop"), closeAt(1000))
		}, map[string]int64{}},
		"not resumed": {lab.WebSocket, func(c *said) {
			c.ws()
			if c.nth == 1 {
				c.send(messageAt(5, "status"), closeAt(1012))
				return
			}
			c.send(messageAt(8, "status"), messageAt(9, "stop"), closeAt(1000))
		}, map[string]int64{lab.CutOff: 1, lab.Missing: 3}},
		"gone": {lab.SSE, func(c *said) {
			c.sse()
			c.send(blockAt(5, "status"), "event: gone\ndata: {\"match\":\"elp-tig-2011-09-10\"}\n\n")
		}, map[string]int64{lab.NoStop: 1}},
		"deleted": {lab.WebSocket, func(c *said) {
			c.ws()
			c.send(messageAt(5, "status"), closeAt(4404))
		}, map[string]int64{lab.NoStop: 1}},
		"nothing to come back to": {lab.SSE, func(c *said) {
			if c.nth == 2 {
				c.send("HTTP/1.1 204 No Content\r\n\r\n")
				return
			}
			c.sse()
			c.send(blockAt(5, "status"))
		}, map[string]int64{lab.CutOff: 1}},
		"a first status that is none": {lab.TCP, func(c *said) {
			c.send(strings.ReplaceAll(statusAt(5, "first"), "elp", "boc"))
		}, map[string]int64{lab.Malformed: 1}},
		"in chunks, through a proxy": {lab.SSE, func(c *said) {
			c.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
			body := "retry: 2000\n\n" + blockAt(5, "status") + blockAt(6, "stop")
			c.send(fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body))
		}, map[string]int64{}},
		"no switch": {lab.WebSocket, func(c *said) {
			c.send(webSocketHead("another key"))
			c.hold()
		}, map[string]int64{lab.Malformed: 1}},
		"no stream": {lab.SSE, func(c *said) {
			c.send("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
		}, map[string]int64{lab.Answered: 1}},
		"an error line": {lab.TCP, func(c *said) {
			c.send("ERROR: match not found\n\r\n")
		}, map[string]int64{lab.Answered: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			found(t, planAt(script(t, of.say), of.by), of.want)
		})
	}
}
