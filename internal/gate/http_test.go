package gate_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"matchstream/internal/poll"
)

// onBoth runs a test with a rig of each pump.
func onBoth(t *testing.T, s setting, test func(*testing.T, *rig)) {
	t.Helper()
	t.Run("goroutine", func(t *testing.T) { test(t, newRig(t, s)) })
	if poll.Supported {
		s.epoll = true
		t.Run("epoll", func(t *testing.T) { test(t, newRig(t, s)) })
	}
}

const apiAsks = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"

// answer reads one response that is no stream.
func (c *client) answer() (status int, body string) {
	c.Helper()
	r, err := http.ReadResponse(c.r, nil)
	if err != nil {
		c.Fatal(err)
	}
	b, err := io.ReadAll(r.Body)
	if err != nil {
		c.Fatal(err)
	}
	return r.StatusCode, string(b)
}

func (c *client) hello() {
	c.Helper()
	if status, body := c.answer(); status != http.StatusOK || body != "hello" {
		c.Fatalf("answered %d %q", status, body)
	}
}

// Requests for streams, in every way in which they may come.
func TestHeadsInPieces(t *testing.T) {
	for name, asks := range map[string]string{"sse": sseAsks, "ws": wsAsks, "board": boardAsks} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, setting{}, func(t *testing.T, r *rig) {
				r.create(seed)
				r.post(seed, start)
				whole := newWatch(r, asks)
				want := whole.get(2)
				c := newWatch(r, asks[:1])
				for i := range asks[1:] {
					c.say(asks[i+1 : i+2])
				}
				if got, want := undated(c.get(2)), undated(want); got != want {
					t.Errorf("byte by byte: %q, in one: %q", got, want)
				}
			})
		})
	}
}

// undated is a head without its date.
func undated(frames [][]byte) string {
	var kept []string
	for line := range strings.SplitSeq(string(bytes.Join(frames, nil)), "\r\n") {
		if !strings.HasPrefix(line, "Date: ") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\r\n")
}

func TestStreamAfterRequest(t *testing.T) {
	for name, asks := range map[string]string{"sse": sseAsks, "ws": wsAsks} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, setting{}, func(t *testing.T, r *rig) {
				r.create(seed)
				t.Run("one after the other", func(t *testing.T) {
					c := r.watch(apiAsks)
					c.hello()
					c.say(apiAsks)
					c.hello()
					c.say(asks)
					c.get(2)
					c.Close()
				})
				t.Run("pipelined", func(t *testing.T) {
					c := r.watch(apiAsks + apiAsks + asks)
					c.hello()
					c.hello()
					c.get(2)
					c.Close()
				})
			})
		})
	}
}

// What is no plain request for a stream is net/http's, with all its bytes.
func TestPassedOn(t *testing.T) {
	onBoth(t, setting{}, func(t *testing.T, r *rig) {
		r.create(seed)
		long := "GET /hello HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("x", 20_000) + "\r\n\r\n"
		for name, c := range map[string]struct {
			asks string
			want int
		}{
			"another path":         {apiAsks, 200},
			"a long head":          {long, 200},
			"an unknown match":     {strings.Replace(sseAsks, seed, "no-where-2011-01-01", 1), 404},
			"a wrong position":     {strings.Replace(sseAsks, "/stream", "/stream?since=x", 1), 422},
			"an empty position":    {strings.Replace(sseAsks, "/stream", "/stream?since", 1), 422},
			"a user with a colon":  {strings.Replace(sseAsks, "/stream", "/stream?user=a%3Ab", 1), 422},
			"no host":              {"GET /1/match/" + seed + "/stream HTTP/1.1\r\n\r\n", 400},
			"two hosts":            {"GET /1/match/" + seed + "/stream HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400},
			"no upgrade":           {"GET /1/match/" + seed + "/ws HTTP/1.1\r\nHost: x\r\n\r\n", 426},
			"an old version":       {strings.Replace(wsAsks, "Version: 13", "Version: 8", 1), 426},
			"a short key":          {strings.Replace(wsAsks, "dGhlIHNhbXBsZSBub25jZQ==", "dGhl", 1), 400},
			"another protocol":     {"HELLO\r\n\r\n", 400},
			"a field with a blank": {"GET /1/match/" + seed + "/stream HTTP/1.1\r\nHost : x\r\n\r\n", 400},
			"bare newlines":        {"GET /hello HTTP/1.1\nHost: x\n\n", 200},
		} {
			t.Run(name, func(t *testing.T) {
				w := newClient(r, r.dial(r.setting.http))
				w.say(c.asks)
				if status, body := w.answer(); status != c.want {
					t.Errorf("answered %d %q, want %d", status, body, c.want)
				}
			})
		}
	})
}

// A stream asked for in words that net/http has to read is the same stream.
func TestUnusualWords(t *testing.T) {
	onBoth(t, setting{}, func(t *testing.T, r *rig) {
		r.create(seed)
		r.post(seed, start)
		want := undated(newWatch(r, sseAsks).get(2))
		for _, asks := range []string{
			strings.Replace(sseAsks, "/stream", "/stream?user=J%C3%BCrgen+K", 1),
			strings.Replace(sseAsks, "/stream", "/stream?x=%20", 1),
			strings.Replace(sseAsks, "/1/match", "http://x/1/match", 1),
			strings.Replace(sseAsks, "\r\n", "\n", -1),
			strings.Replace(sseAsks, "\r\n\r\n", "\r\nContent-Length: 0\r\n\r\n", 1),
		} {
			if got := undated(newWatch(r, asks).get(2)); got != want {
				t.Errorf("%q: %q, want %q", asks, got, want)
			}
		}
		if n := r.visits("Jürgen K"); n != 1 {
			t.Errorf("the user came %d times", n)
		}
	})
}

func newWatch(r *rig, asks string) *client {
	c := newClient(r, r.dial(r.setting.http))
	c.say(asks)
	return c
}
