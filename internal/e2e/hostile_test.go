package e2e

import (
	"context"
	"flag"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

var silent = flag.Int("silent", 1000, "how many connect in TestSilent and say nothing")

// hostile are requests that are broken, or lie, or are what no client of ours
// would send; {match} stands for the path of a match, {token} for the
// operator's header. want is how the answer begins. None may change
// anything.
var hostile = map[string]struct{ says, want string }{
	"no HTTP":                    {"hello\r\n\r\n", "HTTP/1.1 400"},
	"a method that there is not": {"BREW /1/matches HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 405"},
	"a wrong method":             {"POST {match} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "HTTP/1.1 405"},
	"TRACE":                      {"TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 40"},
	"CONNECT":                    {"CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\nConnection: close\r\n\r\n", "HTTP/1.1 40"},
	"a path that there is not":   {"GET /2/matches HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 404"},
	"a path upwards":             {"GET /assets/../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 "},
	"a path upwards, in code":    {"GET /assets/%2e%2e%2f%2e%2e%2fetc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 404"},
	"nonsense in the path":       {"GET /1/match/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 400"},
	"NUL in the path":            {"GET /1/match/%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 404"},
	"NUL in the head":            {"GET / HTTP/1.1\r\nHost: x\r\nA: \x00\r\nConnection: close\r\n\r\n", "HTTP/1.1 400"},
	"no host":                    {"GET /1/matches HTTP/1.1\r\nConnection: close\r\n\r\n", "HTTP/1.1 400"},
	"two hosts":                  {"GET /1/matches HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n", "HTTP/1.1 400"},
	"of HTTP/0.9":                {"GET /1/matches\r\n\r\n", "HTTP/1.1 400"},
	"of HTTP/1.0":                {"GET /1/matches HTTP/1.0\r\n\r\n", "HTTP/1.0 200"},
	"of HTTP/3.0":                {"GET /1/matches HTTP/3.0\r\nHost: x\r\n\r\n", "HTTP/1.1 505"},
	"HTTP/2 in the clear":        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1 "},
	"TLS":                        {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + strings.Repeat("\x00", 500) + "\r\n\r\n", "HTTP/1."},
	"an absolute target":         {"GET http://elsewhere/1/matches HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 200"},
	"everything":                 {"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 40"},
	"a head without end":         {"GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X-Y: z\r\n", 10_000), "HTTP/1.1 431"},
	"a line without end":         {"GET /" + strings.Repeat("x", 100_000), "HTTP/1.1 431"},
	"a header folded":            {"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\nConnection: close\r\n\r\n", "HTTP/1.1 "},
	"a space before the colon":   {"GET /1/matches HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\nConnection: close\r\n\r\n", "HTTP/1.1 400"},

	"no content type":     {"POST {match}/events HTTP/1.1\r\nHost: x\r\n{token}Content-Length: 15\r\nConnection: close\r\n\r\n{\"kind\":\"disco\"}", "HTTP/1.1 4"},
	"a form":              {"POST {match}/events HTTP/1.1\r\nHost: x\r\n{token}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\nConnection: close\r\n\r\nkind=stop", "HTTP/1.1 4"},
	"a body of no JSON":   {"POST {match}/events HTTP/1.1\r\nHost: x\r\n{token}Content-Length: 4\r\nConnection: close\r\n\r\nstop", "HTTP/1.1 400"},
	"two bodies in one":   {"POST {match}/events HTTP/1.1\r\nHost: x\r\n{token}Content-Length: 32\r\nConnection: close\r\n\r\n{\"kind\":\"stop\"} {\"kind\":\"start\"} ", "HTTP/1.1 400"},
	"a body too short":    {"POST {match}/events HTTP/1.1\r\nHost: x\r\n{token}Content-Length: 99\r\nConnection: close\r\n\r\n{\"kind\":\"comment\",\"comment\":\"half\"}", "HTTP/1.1 400"},
	"a body too long":     {"POST {match}/events HTTP/1.1\r\nHost: x\r\n{token}Content-Length: 10\r\n\r\n{\"kind\":\"comment\",\"comment\":\"cut\"}", "HTTP/1.1 400"},
	"a negative length":   {"POST {match}/events HTTP/1.1\r\nHost: x\r\n{token}Content-Length: -1\r\nConnection: close\r\n\r\n{}", "HTTP/1.1 400"},
	"two lengths":         {"POST {match}/events HTTP/1.1\r\nHost: x\r\n{token}Content-Length: 2\r\nContent-Length: 35\r\nConnection: close\r\n\r\n{\"kind\":\"comment\",\"comment\":\"sneaky\"}", "HTTP/1.1 400"},
	"a length and chunks": {"POST {match}/events HTTP/1.1\r\nHost: x\r\n{token}Content-Length: 35\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n{\"kind\":\"comment\",\"comment\":\"smuggled\"}", "HTTP/1.1 4"},
	"strange chunks":      {"POST {match}/events HTTP/1.1\r\nHost: x\r\n{token}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n{\"kind\":\"stop\"}\r\n0\r\n\r\n", "HTTP/1.1 400"},
	"chunks without end":  {"POST {match}/events HTTP/1.1\r\nHost: x\r\n{token}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n22\r\n{\"kind\":\"comment\",\"comment\":\"half\"}\r\n", "HTTP/1.1 400"},
	"strange encoding":    {"POST {match}/events HTTP/1.1\r\nHost: x\r\n{token}Transfer-Encoding: gzip, chunked\r\nConnection: close\r\n\r\n0\r\n\r\n", "HTTP/1.1 501"},
	"a huge body":         {"POST {match}/events HTTP/1.1\r\nHost: x\r\n{token}Content-Length: 70000\r\nConnection: close\r\n\r\n" + strings.Repeat("x", 70_000), "HTTP/1.1 413"},
	"a huge body, said":   {"POST {match}/events HTTP/1.1\r\nHost: x\r\n{token}Content-Length: 9000000000000000000\r\nConnection: close\r\n\r\n{}", "HTTP/1.1 413"},
	"deep nesting":        {"POST {match}/events HTTP/1.1\r\nHost: x\r\n{token}Content-Length: 60000\r\nConnection: close\r\n\r\n" + strings.Repeat("[", 60_000), "HTTP/1.1 400"},
	"no UTF-8":            {"POST {match}/events HTTP/1.1\r\nHost: x\r\n{token}Content-Length: 30\r\nConnection: close\r\n\r\n{\"kind\":\"comment\",\"comment\":\"\xff\"}", "HTTP/1.1 4"},
	"a key twice":         {"POST {match}/events HTTP/1.1\r\nHost: x\r\n{token}Content-Length: 47\r\nConnection: close\r\n\r\n{\"kind\":\"comment\",\"comment\":\"a\",\"comment\":\"bcde\"}", "HTTP/1.1 4"},
	"a wrong position":    {"GET {match}/stream?since=-1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 422"},
	"half a query":        {"GET {match}/stream?since=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 422"},
	"a wrong WebSocket":   {"GET {match}/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n", "HTTP/1.1 400"},
	"an old WebSocket":    {"GET {match}/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", "HTTP/1.1 426"},
}

// hostileLines are the same for the line protocol.
var hostileLines = map[string]struct{ says, want string }{
	"no line of ours":    {"GET / HTTP/1.1\r\n\r\n", "ERROR: "},
	"too long":           {strings.Repeat("VERSION:", 1000), "ERROR: "},
	"another version":    {"VERSION:2:CONNECT:me:MATCH:{id}\n", "ERROR: "},
	"an unknown match":   {"VERSION:1:CONNECT:me:MATCH:elp-tig-1999-01-01\n", "ERROR: match not found"},
	"an unknown key":     {"VERSION:1:CONNECT:me:MATCH:{id}:SPEED:9\n", "ERROR: "},
	"a wrong position":   {"VERSION:1:CONNECT:me:MATCH:{id}:SINCE:yesterday\n", "ERROR: "},
	"NUL":                {"VERSION:1:CONNECT:\x00:MATCH:{id}\n", "ERROR: "},
	"no UTF-8":           {"VERSION:1:CONNECT:\xff\xfe:MATCH:{id}\n", "ERROR: "},
	"nothing":            {"\n", "ERROR: "},
	"only a part":        {"VERSION:1:CONN", "ERROR: "}, // and then he shuts down his side
	"TLS":                {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n", "ERROR: "},
	"all of it, wrongly": {"VERSION:1:CONNECT:me:MATCH\n", "ERROR: "},
}

// TestHostile: each gets the right answer, nothing is changed, there is no
// panic, and nothing is left of them.
func TestHostile(t *testing.T) {
	for _, pump := range pumps {
		t.Run(pump, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			p := newProcess(t)
			p.args = []string{"--pump", pump, "--handshake-timeout", "3s"}
			p.start(t, ctx)
			o := p.operator()
			id := o.createSeed(t, "2026-01-01")
			o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", startBody())
			before := p.usage(t)
			for name, c := range hostile {
				says := strings.NewReplacer("{match}", "/1/match/"+id, "{token}", "Authorization: Bearer "+operatorToken+"\r\n").Replace(c.says)
				if got := talk(t, p.addresses.http, says); !strings.HasPrefix(got, c.want) {
					t.Errorf("%s: answered %.300q, want %q", name, got, c.want)
				} else if strings.HasPrefix(got, "HTTP/1.1 2") && strings.HasPrefix(says, "POST") {
					t.Errorf("%s was taken: %.300q", name, got)
				}
			}
			for name, c := range hostileLines {
				if got := talk(t, p.addresses.tcp, strings.ReplaceAll(c.says, "{id}", id)); !strings.HasPrefix(got, c.want) || !strings.HasSuffix(got, "\n\r\n") {
					t.Errorf("%s: answered %.300q, want %q", name, got, c.want)
				}
			}
			if n := len(o.history(t, id)); n != 1 {
				t.Errorf("%d events are stored, not 1", n)
			}
			comesBack(t, ctx, p, before)
		})
	}
}

// talk says something, shuts down its side, and gives what comes back.
func talk(t *testing.T, address, says string) string {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(patience))
	go func() {
		io.WriteString(c, says) // the server may have enough before the end
		c.(*net.TCPConn).CloseWrite()
	}()
	got, _ := io.ReadAll(c) //nolint:errcheck // a reset behind the answer is fine
	return string(got)
}

// comesBack: descriptors and watchers are as many as before, and nothing has
// panicked.
func comesBack(t *testing.T, ctx context.Context, p *process, before usage) {
	t.Helper()
	for after := p.usage(t); after.watchers != before.watchers || after.descriptors > before.descriptors; after = p.usage(t) {
		if ctx.Err() != nil {
			t.Fatalf("before %+v, afterwards still %+v", before, after)
		}
		client.CloseIdleConnections()
	}
	if metrics := p.operator().metrics(t, p.admin); !regexp.MustCompile(`(?m)^matchstream_panics_total 0$`).MatchString(metrics) {
		t.Error("something has panicked")
	}
	if log := p.stderr.String(); strings.Contains(log, "level=ERROR") || strings.Contains(log, "panic") {
		t.Error(log)
	}
}

// TestDrip: who sends a byte now and then, in a head, a body, or the line, is
// closed when the time for it is over, and holds up nobody.
func TestDrip(t *testing.T) {
	t.Parallel()
	for _, pump := range pumps {
		t.Run(pump, func(t *testing.T) {
			t.Parallel() // a body has half a minute, as phones need it
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			p := newProcess(t)
			p.args = []string{"--pump", pump, "--handshake-timeout", "1s"}
			p.start(t, ctx)
			o := p.operator()
			id := o.createSeed(t, "2026-01-01")
			before := p.usage(t)
			var dripping sync.WaitGroup
			for _, c := range []struct{ address, at, drips string }{
				{p.addresses.tcp, "", "VERSION:1:CONNECT:slow:MATCH:" + id},
				{p.addresses.http, "", "GET /1/match/" + id + "/stream HTTP/1.1\r\nHost: x\r\n"},
				{p.addresses.http, "", "BREW / HTTP/1.1\r\nHost: x\r\nA: b\r\n"},
				{p.addresses.http, "POST /1/match/" + id + "/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + operatorToken + "\r\nContent-Length: 9000\r\n\r\n", strings.Repeat(" ", 9000)},
			} {
				for range 20 {
					dripping.Go(func() { drip(t, ctx, c.address, c.at, c.drips) })
				}
			}
			o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", startBody())
			dripping.Wait()
			if n := len(o.history(t, id)); n != 1 {
				t.Errorf("%d events are stored, not 1", n)
			}
			comesBack(t, ctx, p, before)
		})
	}
}

// drip sends the begin at once, and then byte by byte until it is closed.
func drip(t *testing.T, ctx context.Context, address, begin, drips string) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Error(err)
		return
	}
	defer c.Close()
	io.WriteString(c, begin)
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		io.Copy(io.Discard, c) //nolint:errcheck // until the server closes
	}()
	for i := 0; ; i++ {
		if i < len(drips) {
			io.WriteString(c, drips[i:i+1])
		}
		select {
		case <-closed:
			return
		case <-ctx.Done():
			t.Errorf("one that drips %.20q is still there after %d bytes", drips, i)
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// TestSilent: thousands who connect and say nothing do not keep others out, are
// closed when their time is over, counted, and leave nothing behind.
func TestSilent(t *testing.T) {
	t.Parallel()
	for _, pump := range pumps {
		t.Run(pump, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			p := newProcess(t)
			p.args = []string{"--pump", pump, "--handshake-timeout", "5s"}
			p.start(t, ctx)
			o := p.operator()
			id := o.createSeed(t, "2026-01-01")
			o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", startBody())
			before := p.usage(t)
			all := make([]net.Conn, 0, *silent)
			for i := range min(*silent, room(t)) {
				c, err := net.Dial("tcp", []string{p.addresses.tcp, p.addresses.http}[i%2])
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				all = append(all, c)
			}
			for protocol := range protocols {
				w, err := join(protocol, p.addresses, id)
				if err != nil {
					t.Errorf("%s: %v", protocol, err)
					continue
				}
				w.Close()
			}
			o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", `{"kind":"comment","comment":"it is quiet"}`)
			for i, c := range all {
				c.SetReadDeadline(time.Now().Add(patience))
				if n, err := c.Read(make([]byte, 1)); n > 0 && i%2 == 0 {
					t.Errorf("one was told something: %v", err)
				}
			}
			if n := figure(t, `(?m)^matchstream_refused_total\{reason="handshake"\} (\d+)$`, o.metrics(t, p.admin)); n < len(all)/2 {
				t.Errorf("%d are counted of %d", n, len(all)/2)
			}
			o.must(t, http.StatusNoContent, "DELETE", "/1/match/"+id, "")
			comesBack(t, ctx, p, before)
			t.Logf("%d were silent", len(all))
		})
	}
}
