package crowd

import (
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"maps"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"matchstream/internal/lab"
)

func webSocketHead(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
		base64.StdEncoding.EncodeToString(sum[:]) + "\r\n\r\n"
}

func marked17(n int) string { return string(lab.AppendMark(nil, n, time.Now())) }

// fragments are a message of a service that sends it in parts, with a ping between them.
func fragments(text string) string {
	a, b := text[:3], text[3:]
	return string([]byte{opText, byte(len(a))}) + a + "\x89\x04ping" + string([]byte{bitFin | opContinuation, byte(len(b))}) + b
}

// Services that are no MatchStream are watched by their own words, and what is wrong is
// seen by the marks alone.
func TestForeign(t *testing.T) {
	var pongs atomic.Int32
	for name, of := range map[string]struct {
		by      lab.Protocol
		service lab.Service
		ask     string
		hello   func(c *said)
		event   func(n int) string
	}{
		"lines": {lab.TCP, lab.Service{Hello: "hello {i} {match}\n", Ready: "status\r\n"}, "hello 4 " + game,
			func(c *said) { c.send("welcome\nstat", "us\r\n") }, func(n int) string { return "some " + marked17(n) + " words\n" }},
		"lines at once": {lab.TCP, lab.Service{Hello: "SUB {i}\r\n", End: "\r\n"}, "SUB 4",
			func(c *said) {}, func(n int) string { return "one\ntwo " + marked17(n) + "\r\n" }},
		"sse in chunks": {lab.SSE, lab.Service{Path: "/sub/{match}?{i}", Headers: []string{"X-Who: {i}"}}, "/sub/" + game + "?4",
			func(c *said) {
				if c.head.Get("X-Who") != "4" {
					c.send("nobody ")
				}
				c.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n")
			}, func(n int) string {
				block := fmt.Sprintf("data: %s\r\n\r\n: hi\n\n", marked17(n))
				return fmt.Sprintf("%x\r\n%s\r\n", len(block), block)
			}},
		"messages in parts": {lab.WebSocket, lab.Service{Path: "/ws/{i}"}, "/ws/4",
			func(c *said) { c.send(webSocketHead(c.head.Get("Sec-Websocket-Key"))) }, func(n int) string { return fragments(marked17(n)) }},
	} {
		for fault, want := range map[string]map[string]int64{
			"right": {}, "dropped": {lab.Missing: 1}, "doubled": {lab.Doubled: 1}, "reordered": {lab.Reordered: 1},
		} {
			t.Run(name+" "+fault, func(t *testing.T) {
				ready := make(chan struct{})
				s := script(t, func(c *said) {
					if c.ask != of.ask {
						t.Errorf("asked for %q, expected %q", c.ask, of.ask)
					}
					of.hello(c)
					<-ready
					for _, n := range map[string][]int{"right": {1, 2, 3, 4, 5}, "dropped": {1, 2, 4, 5}, "doubled": {1, 2, 3, 3, 4, 5}, "reordered": {1, 3, 2, 4, 5}}[fault] {
						for _, b := range []byte(of.event(n)) { // so that no frame comes whole
							c.Write([]byte{b})
						}
					}
					if of.by == lab.WebSocket {
						pong := make([]byte, 10)
						if n, _ := c.r.Read(pong); n == 10 && pong[0] == bitFin|opPong {
							pongs.Add(1)
						}
					}
					c.hold()
				})
				p := planAt(s, of.by)
				p.First, p.Service = 4, &of.service
				c := gatherAll(t, p)
				close(ready)
				tally := finish(t, c, 5)
				if !maps.Equal(tally.Errors, want) || len(tally.Own) > 0 {
					t.Errorf("errors %v, own %v, expected %v: %+v", tally.Errors, tally.Own, want, tally.Findings)
				}
				if events := map[string]int64{"dropped": 4}[fault]; tally.Events != max(events, 5-want[lab.Missing]) || tally.Latency.Count() != tally.Events {
					t.Errorf("%d events, %d latencies", tally.Events, tally.Latency.Count())
				}
			})
		}
	}
	if pongs.Load() != 4 {
		t.Errorf("%d pings were answered, expected that of each of the four", pongs.Load())
	}
}

// Text that a service's description has nothing to fill in stays as it is.
func TestFill(t *testing.T) {
	p := lab.Plan{Match: "m"}
	for text, want := range map[string]string{"": "", "plain": "plain", "{i}/{match}/{x}": "7/m/{x}"} {
		if got := fill(text, &p, 7); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	if got := string(appendSSE(nil, &p, "/base", "h:1", 3, "5-abcdef")); !strings.HasPrefix(got, "GET /base/1/match/m/stream?user=lab-3 HTTP/1.1\r\nHost: h:1\r\n") || !strings.HasSuffix(got, "Last-Event-ID: 5-abcdef\r\n\r\n") {
		t.Errorf("%q", got)
	}
}
