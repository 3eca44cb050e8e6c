package e2e

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
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

// TestCrowdedJournal: a node that has all the connections it may have still
// opens the journal's next files.
func TestCrowdedJournal(t *testing.T) {
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
			crowd(t, p, id, figure(t, `(?m)^matchstream_watchers_fit (\d+)$`, o.metrics(t, p.admin)))
			idle := &idlers{process: p}
			defer idle.leave()
			idle.come(t, 100)
			for range 20 { // the admin address, too
				c, err := net.Dial("tcp", p.admin)
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
			}
			other := o.createSeed(t, "2026-01-02")
			before, most := p.blocks(t), 0
			for p.blocks(t) < before+2 {
				if ctx.Err() != nil {
					t.Fatalf("%d blocks, still", p.blocks(t))
				}
				if a, err := o.ask("POST", "/1/match/"+other+"/events", longLineup()); err != nil || a.status != http.StatusCreated {
					t.Fatalf("%d %.300s, %v", a.status, a.body, err)
				}
				most = max(most, p.open(t))
			}
			t.Logf("%d of 256 descriptors are open", most)
			if most >= 256 {
				t.Errorf("none is left")
			}
			if said := p.stderr.String(); strings.Contains(said, "too many open files") {
				t.Error(said)
			}
		})
	}
}

// blocks are the files of the journal and the catalogue.
func (p *process) blocks(t *testing.T) (n int) {
	t.Helper()
	err := filepath.WalkDir(p.data, func(path string, _ fs.DirEntry, err error) error {
		if filepath.Ext(path) == ".blk" {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// longLineup is one of some 40 kB.
func longLineup() string {
	var all [99]string
	for i := range all {
		all[i] = fmt.Sprintf(`{"number":%d,"name":"%s"}`, i+1, strings.Repeat("𝕏", 100))
	}
	return fmt.Sprintf(`{"kind":"lineup","team":"elp","players":[%s],"substitutes":[%s]}`, strings.Join(all[:11], ","), strings.Join(all[11:], ","))
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

// idlers take connections and make nothing of them.
type idlers struct {
	*process
	mu    sync.Mutex
	conns []net.Conn
	over  bool
	back  int
	all   sync.WaitGroup
}

// come takes so many connections, of each kind.
func (i *idlers) come(t *testing.T, n int) {
	t.Helper()
	for kind := range n {
		if err := i.one(kind); err != nil {
			t.Fatal(err)
		}
	}
}

// storm has so many come back whenever they are closed.
func (i *idlers) storm(t *testing.T, n int) {
	for kind := range n {
		i.all.Go(func() {
			for {
				c, err := i.dial(kind)
				if err != nil {
					t.Error(err)
					return
				}
				i.mu.Lock()
				i.back++
				over := i.over
				i.conns = append(i.conns, c)
				i.mu.Unlock()
				if over {
					c.Close()
					return
				}
				io.Copy(io.Discard, c) //nolint:errcheck // until it is closed
			}
		})
	}
}

func (i *idlers) one(kind int) error {
	c, err := i.dial(kind)
	if err != nil {
		return err
	}
	i.conns = append(i.conns, c)
	if kind%len(says) == 2 {
		c.SetReadDeadline(time.Now().Add(patience))
		if a, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil || a.StatusCode != http.StatusOK {
			return fmt.Errorf("one who asks something is answered %v, %w", a, err)
		}
	}
	return nil
}

// says is what each kind of them says: nothing by TCP or by HTTP, something and
// then no more, half of a head, and a head without its body, for which the
// server waits or which it does not want.
var says = []string{"", "", "GET /1/checkin HTTP/1.1\r\nHost: x\r\n\r\n", "POST /1/matches HTTP/1.1\r\nHo",
	"POST /1/matches HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nAuthorization: Bearer " + operatorToken + "\r\n\r\n{",
	"POST /1/matches HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"}

func (i *idlers) dial(kind int) (net.Conn, error) {
	address := i.addresses.http
	if kind%len(says) == 0 {
		address = i.addresses.tcp
	}
	c, err := net.Dial("tcp", address)
	if err == nil {
		io.WriteString(c, says[kind%len(says)]) //nolint:errcheck // it may be closed already
	}
	return c, err
}

func (i *idlers) leave() {
	i.mu.Lock()
	i.over = true
	for _, c := range i.conns {
		c.Close()
	}
	i.conns = nil
	i.mu.Unlock()
	i.all.Wait()
}
