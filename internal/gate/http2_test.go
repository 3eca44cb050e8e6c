package gate_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"matchstream/internal/pump"
	"matchstream/internal/wire"
)

// secure serves the rig's doors over TLS too, by HTTP/1.1 and HTTP/2.
func secure(t *testing.T, r *rig) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(r.setting.access.Handler(r.mux()))
	p, bubble := r.setting.http.(*pipes)
	if bubble {
		s.Listener.Close()
		p = newPipes()
		s.Listener = p
	}
	s.EnableHTTP2 = true
	s.StartTLS()
	if bubble {
		s.Client().Transport.(*http.Transport).DialContext = func(context.Context, string, string) (net.Conn, error) {
			return p.dial(t), nil
		}
	}
	t.Cleanup(s.Close)
	return s
}

// over opens a stream by a version of HTTP.
func over(t *testing.T, ctx context.Context, s *httptest.Server, major int, path string) *http.Response {
	t.Helper()
	transport := s.Client().Transport.(*http.Transport).Clone()
	if major == 1 {
		transport.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
		transport.ForceAttemptHTTP2 = false
		transport.TLSClientConfig.NextProtos = nil
	}
	t.Cleanup(transport.CloseIdleConnections)
	request, err := http.NewRequestWithContext(ctx, "GET", s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Body.Close() })
	if a.ProtoMajor != major {
		t.Fatalf("it is HTTP/%d, want %d", a.ProtoMajor, major)
	}
	return a
}

// TestHTTP2: the same headers, and the same bytes in the body, as over
// HTTP/1.1, up to the end.
func TestHTTP2(t *testing.T) {
	for _, c := range []struct {
		name, path string
		frames     int // before anything happens
		end        func(*rig)
	}{
		{"to the end", "/1/match/" + seed + "/stream", 2, func(r *rig) { r.post(seed, `{"kind":"abandon"}`) }},
		{"resumed", "/1/match/" + seed + "/stream?since=1", 1, func(r *rig) { r.post(seed, `{"kind":"stop"}`) }},
		{"deleted", "/1/match/" + seed + "/stream", 2, func(r *rig) { r.delete(seed) }},
		{"drained", "/1/match/" + seed + "/stream", 2, func(r *rig) { go r.drain(0) }},
		{"board", "/1/stream", 1, func(r *rig) { go r.drain(0) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, setting{})
			s := secure(t, r)
			r.create(seed)
			r.post(seed, start)
			r.shown(`"period":"first"`) // a moment later, which must not lie between the two
			var bodies [3]string
			var heads [3]http.Header
			var readers [3]*bufio.Reader
			for major := 1; major <= 2; major++ {
				a := over(t, t.Context(), s, major, c.path)
				readers[major], heads[major] = bufio.NewReader(a.Body), a.Header
				for range c.frames { // it is in
					bodies[major] += readFrame(t, readers[major])
				}
			}
			if c.name != "board" {
				r.post(seed, `{"kind":"goal","team":"tig","player":7}`)
				r.post(seed, `{"kind":"cancel","ref":2}`)
			}
			c.end(r)
			for major := 1; major <= 2; major++ {
				rest, err := io.ReadAll(readers[major])
				if err != nil {
					t.Fatal(err)
				}
				bodies[major] += string(rest)
			}
			if bodies[1] != bodies[2] {
				t.Errorf("HTTP/2\n%s\nHTTP/1.1\n%s", bodies[2], bodies[1])
			}
			if !strings.HasPrefix(bodies[2], wire.SSEOpening) || c.name != "board" && !strings.Contains(bodies[2], "event: cancel\n") {
				t.Errorf("got %s", bodies[2])
			}
			for _, h := range wire.SSEHeaders {
				if heads[1].Get(h[0]) != h[1] || heads[2].Get(h[0]) != h[1] {
					t.Errorf("%s is %q over HTTP/1.1, %q over HTTP/2; want %q", h[0], heads[1].Get(h[0]), heads[2].Get(h[0]), h[1])
				}
			}
		})
	}
}

// shown waits until the board has shown something.
func (r *rig) shown(what string) {
	for {
		v := r.live.Board().View()
		if at, ok := v.Resume(0); ok {
			if b, _ := v.Pending(at, 1<<20); strings.Contains(string(b), what) {
				return
			}
		}
		<-v.Changed()
	}
}

func readFrame(t *testing.T, r *bufio.Reader) (frame string) {
	t.Helper()
	for {
		l, err := r.ReadString('\n')
		frame += l
		if err != nil {
			t.Fatalf("%v, after %q", err, frame)
		}
		if l == "\n" {
			return frame
		}
	}
}

// TestHTTP2Leaves: a client who leaves is counted out, and so is his room.
func TestHTTP2Leaves(t *testing.T) {
	r := newRig(t, setting{max: 1})
	s := secure(t, r)
	r.create(seed)
	ctx, leave := context.WithCancel(context.Background())
	a := over(t, ctx, s, 2, "/1/match/"+seed+"/stream")
	readFrame(t, bufio.NewReader(a.Body))
	leave()
	r.drain(time.Hour) // returns when he has left
	if n := r.gate.SSE.Closed(pump.Left); n != 1 {
		t.Errorf("%d were counted to have left", n)
	}
	if now := r.count(seed).Now; now != 0 {
		t.Errorf("%d are still counted in", now)
	}
	if _, err := s.Client().Get(s.URL); err != nil {
		t.Error(err)
	}
}

// TestHTTP2Quiet: a stream on which nothing happens for longer than a write may
// take goes on.
func TestHTTP2Quiet(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, r *rig) {
		s := secure(t, r)
		r.create(seed)
		a := over(t, t.Context(), s, 2, "/1/match/"+seed+"/stream")
		body := bufio.NewReader(a.Body)
		readFrame(t, body)
		readFrame(t, body)
		<-time.After(time.Hour)
		r.post(seed, start)
		if got := readFrame(t, body); !strings.HasPrefix(got, "id: 1-") {
			t.Errorf("got %q", got)
		}
		r.post(seed, `{"kind":"stop"}`)
		readFrame(t, body)
		if rest, err := io.ReadAll(body); err != nil || len(rest) > 0 {
			t.Errorf("at the end came %q, %v", rest, err)
		}
		s.CloseClientConnections()
		s.Close()
	})
}

// TestHTTP2Errors are those of HTTP/1.1; there is no WebSocket over it.
func TestHTTP2Errors(t *testing.T) {
	r := newRig(t, setting{})
	s := secure(t, r)
	r.create(seed)
	for path, status := range map[string]int{
		"/1/match/" + seed + "/stream?since=x": 422,
		"/1/match/elp-tig-2011-09-11/stream":   404,
		"/1/match/" + seed + "/ws":             426,
	} {
		a := over(t, t.Context(), s, 2, path)
		if a.StatusCode != status || a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s, want %d", path, a.StatusCode, a.Header.Get("Content-Type"), status)
		}
	}
}
