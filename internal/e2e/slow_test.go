package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestSlowClients: one who never reads and one who takes a byte now and then
// do no harm to the others; the first is closed after the send timeout, and
// counted by reason.
func TestSlowClients(t *testing.T) {
	c := config(t)
	c.SendTimeout = 500 * time.Millisecond
	n := start(t, c)
	o := operatorOf(n)
	id := o.createSeed(t, "2026-01-01")
	o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", startBody())
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()

	deaf := dialSmall(t, at(n).tcp, id)
	sipping := dialSmall(t, at(n).tcp, id)
	sipped := make(chan string, 1)
	go func() {
		var got []byte
		one := make([]byte, 1)
		for {
			if _, err := sipping.Read(one); err != nil {
				sipped <- string(got)
				return
			}
			got = append(got, one[0])
			select { // a byte now and then: slower than the comments come
			case <-time.After(time.Millisecond):
			case <-ctx.Done():
			}
		}
	}()
	others := map[string]*watcher{}
	ended := make(chan error, 3)
	for protocol := range protocols {
		w := &watcher{protocol: protocol, at: func() addresses { return at(n) }, id: id}
		others[protocol] = w
		go func() { ended <- w.follow(ctx) }()
	}
	o.audience(t, ctx, id, 5)

	comment := `{"kind":"comment","comment":"` + strings.Repeat("ñ", 500) + `"}`
	posted := 0
	// The one who sips may be too slow as well, at times: so one or two.
	tooSlow := regexp.MustCompile(`matchstream_closes_total\{protocol="tcp",reason="too_slow"\} [12]\n`)
	for !tooSlow.MatchString(o.metrics(t, n.AdminAddr())) {
		if ctx.Err() != nil {
			t.Fatalf("nobody was too slow after %d comments", posted)
		}
		o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", comment)
		posted++
	}
	o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", `{"kind":"stop"}`)
	for range others {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	for protocol, w := range others {
		if len(w.kinds) != posted+1 || w.breaks != 0 || w.statuses != 1 {
			t.Errorf("%s saw %d events, want %d; %d breaks, %d statuses", protocol, len(w.kinds), posted+1, w.breaks, w.statuses)
		}
	}
	sipping.Close()
	if got := <-sipped; !strings.Contains(got, "status:\n") {
		t.Errorf("the one who sips got %q", got)
	}
	deaf.SetReadDeadline(time.Now().Add(patience))
	held, err := io.ReadAll(deaf)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the one who never reads is still there")
	}
	if whole := regexp.MustCompile(`(?s)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d: status:\n`); !whole.Match(held) {
		t.Errorf("the one who never read finds %q", held[:min(len(held), 100)])
	}
}

// dialSmall is a client with as small a receive buffer as there is.
func dialSmall(t *testing.T, addr, id string) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	tcp := c.(*net.TCPConn)
	tcp.SetReadBuffer(1)
	fmt.Fprintf(tcp, "VERSION:1:CONNECT:slow:MATCH:%s\r\n", id)
	return tcp
}

// metrics as they are scraped.
func (o operator) metrics(t *testing.T, admin string) string {
	t.Helper()
	a, err := client.Get("http://" + admin + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(a.Body); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
