package e2e

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

var storm = flag.Duration("storm", 6*time.Second, "how long TestStorm goes on, for all pumps together")

// gust is how long the storms of one round blow.
const gust = 20 * time.Second

// TestStorm has everything at once that can happen to a server on a bad
// evening, round after round: crowds that come and go, clients that stall, that
// are silent, that talk nonsense, guess tokens and lie about lengths, while
// matches are made, played and deleted. Whoever follows a match sees each of
// its events once. After each round it is calm, and everything has come back to
// where it was: opened less closed is who is there, and so many sockets are
// open; goroutines, descriptors and memory are what they were.
func TestStorm(t *testing.T) {
	for _, pump := range pumps {
		t.Run(pump, func(t *testing.T) {
			long := *storm / time.Duration(len(pumps))
			ctx, cancel := context.WithTimeout(context.Background(), 2*long+patience)
			defer cancel()
			s := &stormy{T: t, ctx: ctx, process: newProcess(t)}
			s.args = []string{"--pump", pump, "--send-timeout", "2s", "--handshake-timeout", "2s", "--heartbeat", "500ms"}
			s.process.start(t, ctx)
			s.operator = s.process.operator()
			s.staying()
			var first calm
			over := time.Now().Add(long)
			rounds := 0
			for ; rounds < 3 || time.Now().Before(over); rounds++ {
				s.round(rounds, min(gust, long/3))
				now := s.calm(first)
				if rounds == 0 {
					first = now // what is opened once is open
				}
				if t.Failed() {
					t.Fatalf("in round %d", rounds)
				}
			}
			t.Logf("%d rounds, %d joins; after the first %+v, after the last %+v", rounds, s.calm(first).opened, first, s.calm(first))
			s.leave()
			if code := s.end(syscall.SIGTERM); code != 0 {
				t.Errorf("it ended with %d", code)
			}
			if log := s.stderr.String(); strings.Contains(log, "level=ERROR") || strings.Contains(log, "panic") {
				t.Error(log)
			}
		})
	}
}

// stormy is a process under storms.
type stormy struct {
	*testing.T
	ctx context.Context
	*process
	operator
	stays  []*raw // through all of them
	quiet  string // their match
	posted int64  // events of it
	ended  sync.WaitGroup
}

// stayers is how many watch through all the storms.
const stayers = 9

func (s *stormy) staying() {
	s.Helper()
	s.quiet = s.createSeed(s, "2026-01-01")
	s.stays = crowd(s.T, s.process, s.quiet, stayers)
	for _, w := range s.stays {
		w.SetDeadline(time.Time{})
		s.ended.Go(func() {
			if err := w.toTheEnd(); err != nil {
				s.Error(err)
			}
		})
	}
}

// comment on the match of those who stay: over TCP only a write tells who has left.
func (s *stormy) comment() {
	s.Helper()
	s.must(s, http.StatusCreated, "POST", "/1/match/"+s.quiet+"/events", `{"kind":"comment","comment":"after the storm"}`)
	s.posted++
}

// leave ends the match of those who stay.
func (s *stormy) leave() {
	s.Helper()
	s.must(s, http.StatusNoContent, "DELETE", "/1/match/"+s.quiet, "")
	s.ended.Wait()
	for _, w := range s.stays {
		if w.last != s.posted {
			s.Errorf("one who stayed on %s saw %d events of %d", w.protocol, w.last, s.posted)
		}
	}
}

// calm is what a process has when nothing happens.
type calm struct {
	opened, closed, watching         int
	sockets, descriptors, goroutines int
	memory                           int // bytes
	panics                           int
}

// calm waits until all that the storm brought has gone, and as much as there
// was before is left.
func (s *stormy) calm(before calm) (c calm) {
	s.Helper()
	for {
		client.CloseIdleConnections()
		c = s.look()
		settled := c.watching == stayers && c.opened-c.closed == c.watching && c.sockets == c.watching
		if before.opened > 0 {
			settled = settled && c.descriptors <= before.descriptors && c.goroutines <= before.goroutines && c.memory <= before.memory+64<<20
		}
		if c.panics > 0 {
			s.Fatalf("%d panics", c.panics)
		}
		if settled {
			return c
		}
		select {
		case <-s.ctx.Done():
			s.Fatalf("it does not come to rest: %+v, before %+v", c, before)
		case <-time.After(50 * time.Millisecond):
			s.comment()
		}
	}
}

var (
	closesOf   = regexp.MustCompile(`(?m)^matchstream_closes_total\{.*\} (\S+)$`)
	joinsOf    = regexp.MustCompile(`(?m)^matchstream_joins_total\{.*\} (\S+)$`)
	watchersOf = regexp.MustCompile(`(?m)^matchstream_watchers\{.*\} (\S+)$`)
	panicsOf   = regexp.MustCompile(`(?m)^matchstream_panics_total (\S+)$`)
	routinesOf = regexp.MustCompile(`(?m)^go_goroutines (\S+)$`)
)

// look asks the process for its metrics, and the kernel for what it has. The
// connection of the asking is none of it.
func (s *stormy) look() (c calm) {
	s.Helper()
	metrics := s.metrics(s.T, s.admin)
	client.CloseIdleConnections()
	c.opened, c.closed, c.watching = sumOf(s, joinsOf, metrics), sumOf(s, closesOf, metrics), sumOf(s, watchersOf, metrics)
	c.panics, c.goroutines = sumOf(s, panicsOf, metrics), sumOf(s, routinesOf, metrics)
	c.descriptors = s.open(s.T)
	c.sockets = s.sockets()
	c.memory = s.usage(s.T).memory
	return c
}

// sumOf the figures of a metric; a million is 1e+06 there.
func sumOf(t testing.TB, form *regexp.Regexp, metrics string) (sum int) {
	t.Helper()
	found := form.FindAllStringSubmatch(metrics, -1)
	if len(found) == 0 {
		t.Fatalf("no %s", form)
	}
	for _, m := range found {
		n, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		sum += int(n)
	}
	return sum
}

// sockets of the process that are connected: as the kernel has them, whatever
// the process thinks.
func (s *stormy) sockets() (n int) {
	mine := s.inodes()
	for _, table := range []string{"tcp", "tcp6"} {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", s.cmd.Process.Pid, table))
		if err != nil {
			s.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			// sl local remote state tx:rx tr:when retransmits uid timeout inode
			if f := strings.Fields(line); len(f) > 9 && f[3] != "0A" && mine[f[9]] {
				n++
			}
		}
	}
	return n
}

// inodes of the process' sockets.
func (s *stormy) inodes() map[string]bool {
	dir := fmt.Sprintf("/proc/%d/fd", s.cmd.Process.Pid)
	all, err := os.ReadDir(dir)
	if err != nil {
		s.Fatal(err)
	}
	inodes := map[string]bool{}
	for _, e := range all {
		to, err := os.Readlink(dir + "/" + e.Name())
		if inode, ok := strings.CutPrefix(to, "socket:["); err == nil && ok {
			inodes[strings.TrimSuffix(inode, "]")] = true
		}
	}
	return inodes
}
