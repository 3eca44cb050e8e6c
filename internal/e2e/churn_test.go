package e2e

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

var churn = flag.Duration("churn", 3*time.Second, "how long TestChurn has clients come and go")

// perSecond is how many come and go in a second, as far as the machine can.
const perSecond = 2000

// TestChurn has clients of all protocols come and go, some of them in the
// middle of a word, while events are posted. Who stays sees every event;
// afterwards the process has as many descriptors and watchers as before, and
// hardly more memory.
func TestChurn(t *testing.T) {
	for _, pump := range pumps {
		t.Run(pump, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), patience+*churn)
			defer cancel()
			p := newProcess(t)
			p.args = []string{"--pump", pump}
			p.start(t, ctx)
			o := p.operator()
			id := o.createSeed(t, "2026-01-01")
			stay := crowd(t, p, id, 9)
			var reading sync.WaitGroup
			for _, w := range stay {
				w.SetDeadline(time.Now().Add(patience + *churn))
				reading.Go(func() {
					if err := w.toTheEnd(); err != nil {
						t.Error(err)
					}
				})
			}
			stored := int64(0)
			post := func() {
				o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", `{"kind":"comment","comment":"they come and go"}`)
				stored++
			}
			post() // what is opened once is open
			before := p.usage(t)

			total := 0
			for n := range comeAndGo(t, p, id, *churn) {
				total = max(total, n)
				post()
			}
			for after := p.usage(t); after.watchers != before.watchers || after.descriptors > before.descriptors; after = p.usage(t) {
				if ctx.Err() != nil {
					t.Fatalf("before %+v, afterwards still %+v", before, after)
				}
				post() // over TCP only a write tells who has left
			}
			after := p.usage(t)
			t.Logf("%d came in %v; before %+v, after %+v", total, *churn, before, after)
			if grown := after.memory - before.memory; grown > 64<<20 {
				t.Errorf("it has grown by %d bytes", grown)
			}
			o.must(t, http.StatusNoContent, "DELETE", "/1/match/"+id, "")
			reading.Wait()
			if code := p.end(syscall.SIGTERM); code != 0 || strings.Contains(p.stderr.String(), "level=ERROR") {
				t.Errorf("it ended with %d\n%s", code, p.stderr.String())
			}
			for _, w := range stay {
				if w.last != stored {
					t.Errorf("one who stayed on %s saw %d events of %d", w.protocol, w.last, stored)
				}
			}
		})
	}
}

// perEvent is how many come between two events.
const perEvent = 100

// comeAndGo tells of every hundredth who came, and of the last.
func comeAndGo(t *testing.T, p *process, id string, long time.Duration) <-chan int {
	pace, told := make(chan struct{}, perSecond), make(chan int, 1)
	go func() {
		defer close(pace)
		const step = 5 * time.Millisecond
		tick, over := time.NewTicker(step), time.After(long)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
			case <-over:
				return
			}
			for range perSecond * int(step) / int(time.Second) {
				select {
				case pace <- struct{}{}:
				default: // the machine cannot
				}
			}
		}
	}()
	var came atomic.Int64
	var clients sync.WaitGroup
	for range 16 {
		clients.Go(func() {
			for range pace {
				n := int(came.Add(1))
				if err := visit(p.addresses, id, n); err != nil {
					t.Errorf("the %dth: %v", n, err)
				}
				if n%perEvent == 0 {
					told <- n
				}
			}
		})
	}
	go func() {
		clients.Wait()
		told <- int(came.Load())
		close(told)
	}()
	return told
}

// visit comes and leaves: most when they have got their status, one in four
// before it, in the middle of his request, or at once. Half of them slam the
// door.
func visit(at addresses, id string, n int) error {
	protocol := []string{"tcp", "sse", "ws"}[n%3]
	address := at.http
	if protocol == "tcp" {
		address = at.tcp
	}
	// A client's port is blocked for a while after a visit: so many addresses.
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(1+n%100))}}
	c, err := d.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer c.Close()
	if n%2 == 0 {
		c.(*net.TCPConn).SetLinger(0)
	}
	c.SetDeadline(time.Now().Add(patience))
	says := asks(protocol, id)
	if n%4 == 3 {
		_, err := io.WriteString(c, says[:n/4%(len(says)+1)])
		return err
	}
	w := newRaw(c, protocol)
	if _, err := io.WriteString(c, says); err != nil {
		return err
	}
	return w.enter()
}

// usage is what a process has, and how many watch it.
type usage struct{ descriptors, watchers, memory int }

func (p *process) usage(t *testing.T) (u usage) {
	t.Helper()
	u.descriptors = p.open(t)
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	u.memory = figure(t, `VmRSS:\s+(\d+) kB`, string(status)) << 10
	metrics := p.operator().metrics(t, p.admin)
	for protocol := range protocols {
		u.watchers += figure(t, `(?m)^matchstream_watchers\{protocol="`+protocol+`"\} (\d+)$`, metrics)
	}
	return u
}

// open is how many descriptors the process has.
func (p *process) open(t *testing.T) int {
	t.Helper()
	all, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// figure that stands in a text.
func figure(t *testing.T, form, text string) int {
	t.Helper()
	m := regexp.MustCompile(form).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no %s in\n%s", form, text)
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}
