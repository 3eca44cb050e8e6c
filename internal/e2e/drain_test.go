package e2e

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

var watchers = flag.Int("watchers", 2000, "how many watch when TestDrain ends the process")

// TestDrain ends the real process (SIGTERM) under thousands of watchers while
// operators post: each watcher's bytes end at a frame's border, with the
// farewell of its protocol, and the process leaves in peace.
func TestDrain(t *testing.T) {
	for _, pump := range pumps {
		t.Run(pump, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			p := newProcess(t)
			p.args = []string{"--pump", pump, "--drain", "2s", "--drain-delay", "500ms"}
			p.start(t, ctx)
			o := p.operator()
			id := o.createSeed(t, "2026-01-01")
			all := crowd(t, p, id, min(*watchers, room(t)))
			var ending, posting sync.WaitGroup
			for _, w := range all {
				ending.Go(func() {
					defer w.Close()
					if err := w.toTheEnd(); err != nil {
						t.Error(err)
					} else if err := w.saidFarewell(2000); err != nil {
						t.Error(err)
					}
				})
			}
			var stored, asked atomic.Int64
			begun := make(chan struct{})
			for range 4 {
				posting.Go(func() {
					for {
						asked.Add(1)
						a, err := o.ask("POST", "/1/match/"+id+"/events", `{"kind":"comment","comment":"before the end"}`)
						if err != nil || a.status != http.StatusCreated {
							return // it takes no more
						}
						if stored.Add(1) == 20 {
							close(begun)
						}
					}
				})
			}
			select {
			case <-begun:
			case <-ctx.Done():
				t.Fatalf("only %d events were stored", stored.Load())
			}
			if code := p.end(syscall.SIGTERM); code != 0 {
				t.Errorf("it ended with %d\n%s", code, p.stderr.String())
			}
			posting.Wait()
			ending.Wait()
			if log := p.stderr.String(); strings.Contains(log, "level=ERROR") || strings.Contains(log, "panic") {
				t.Error(log)
			}
			saw := map[string]int{}
			for _, w := range all {
				saw[w.protocol] += w.events
				if w.last > asked.Load() {
					t.Fatalf("a watcher on %s saw up to %d of %d events", w.protocol, w.last, asked.Load())
				}
			}
			if saw["tcp"]+saw["sse"]+saw["ws"] < len(all) {
				t.Errorf("only %v were seen: the test shows nothing", saw)
			}
			p.start(t, ctx)
			if n := int64(len(o.history(t, id))); n < stored.Load() || n > asked.Load() {
				t.Errorf("%d events are there, %d were acknowledged", n, stored.Load())
			}
			t.Logf("%d watchers, %d events, seen %v", len(all), stored.Load(), saw)
		})
	}
}

// pumps that a server may have.
var pumps = []string{"epoll", "goroutine"}

// crowd joins a match, the protocols in turn.
func crowd(t *testing.T, p *process, id string, n int) []*raw {
	t.Helper()
	all := make([]*raw, n)
	var coming sync.WaitGroup
	const doors = 8
	for d := range doors {
		coming.Go(func() {
			for i := d; i < n; i += doors {
				var err error
				if all[i], err = join([]string{"tcp", "sse", "ws"}[i%3], p.addresses, id); err != nil {
					t.Errorf("watcher %d: %v", i, err)
					return
				}
			}
		})
	}
	coming.Wait()
	t.Cleanup(func() {
		for _, w := range all {
			if w != nil {
				w.Close()
			}
		}
	})
	if t.Failed() {
		t.FailNow()
	}
	return all
}

// room is how many connections this process can have, with some to spare.
func room(t *testing.T) int {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	return int(limit.Cur) - 200
}

// saidFarewell looks at how a node that drains has ended the stream.
func (w *raw) saidFarewell(drain int) error {
	switch w.protocol {
	case "sse":
		var millis int
		if n, err := fmt.Sscanf(w.farewell, "retry: %d\n\n", &millis); n != 1 || err != nil || millis < 0 || millis > drain {
			return fmt.Errorf("sse: the farewell is %q", w.farewell)
		}
	case "ws":
		if !strings.HasPrefix(w.farewell, "\x88") || !strings.HasPrefix(w.farewell[2:], "\x03\xf4") { // 1012
			return fmt.Errorf("ws: the farewell is %q", w.farewell)
		}
	default:
		if w.farewell != "" {
			return fmt.Errorf("tcp: the farewell is %q", w.farewell)
		}
	}
	return nil
}
