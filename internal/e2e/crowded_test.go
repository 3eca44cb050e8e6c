package e2e

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// TestCrowded: whoever connects and asks nothing, or has asked and stays, or
// says half of what he wants, takes no room from those who come for something:
// not from watchers, and not from an operator on a node that is full of these,
// be it that they hold on or that they come back as fast as they can. All of
// them have more time to be silent than this test has.
func TestCrowded(t *testing.T) {
	for _, pump := range pumps {
		t.Run(pump, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			p := newProcess(t)
			p.wrap = []string{"bash", "-c", `ulimit -n 256 && exec "$@"`, "bash"}
			p.args = []string{"--pump", pump, "--handshake-timeout", "10m"}
			p.start(t, ctx)
			o := p.operator()
			id := o.createSeed(t, "2026-01-01")
			fit := figure(t, `(?m)^matchstream_watchers_fit (\d+)$`, o.metrics(t, p.admin))
			idle := &idlers{process: p}
			defer idle.leave()
			idle.come(t, 300)
			in := crowd(t, p, id, fit)
			idle.come(t, 100)
			events := "/1/match/" + id + "/events"
			o.must(t, http.StatusCreated, "POST", events, startBody())
			for range 20 {
				o.must(t, http.StatusCreated, "POST", events, `{"kind":"comment","comment":"each by a connection of its own"}`)
			}
			p.refuses(t, "tcp", id)
			p.refuses(t, "sse", id)

			const many, times = 48, 20
			idle.storm(t, many)
			tries := 0
			for range times {
				for post := p.postFrom(ctx, "127.0.0.9", events); post != http.StatusCreated; post = p.postFrom(ctx, "127.0.0.9", events) {
					tries++
					if ctx.Err() != nil {
						t.Fatal("an operator does not come through")
					}
				}
			}
			idle.leave()
			t.Logf("%d connections came back meanwhile; an operator was cut off %d times in %d", idle.back, tries, times)
			metrics := o.metrics(t, p.admin)
			if n := figure(t, `(?m)^matchstream_yielded_total (\d+)$`, metrics); n < 200 {
				t.Errorf("%d connections are said to have made room", n)
			}
			o.must(t, http.StatusCreated, "POST", events, `{"kind":"stop"}`)
			for _, w := range in { // none of those who watch was cut
				if err := w.toTheEnd(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// postFrom is an operator who comes from an address, by a connection of his
// own; 0: he was cut off.
func (p *process) postFrom(ctx context.Context, from, path string) (status int) {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: d.DialContext}}
	r, err := http.NewRequestWithContext(ctx, "POST", "http://"+p.addresses.http+path, strings.NewReader(`{"kind":"comment","comment":"in the storm"}`))
	if err != nil {
		return 0
	}
	r.Header.Set("Authorization", "Bearer "+operatorToken)
	a, err := c.Do(r)
	if err != nil {
		return 0
	}
	defer a.Body.Close()
	io.Copy(io.Discard, a.Body) //nolint:errcheck // the status has come
	return a.StatusCode
}
