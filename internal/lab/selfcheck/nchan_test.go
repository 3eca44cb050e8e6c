package selfcheck

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/operator"
)

// startNchan starts nginx with docs/nchan.conf on a free port, and returns its address.
func startNchan(t *testing.T) (base string) {
	t.Helper()
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		nginx = "/usr/sbin/nginx" // which is in no user's PATH on Debian
	}
	text, err := os.ReadFile("../../../docs/nchan.conf")
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at, folder := l.Addr().String(), t.TempDir()
	l.Close()
	conf := filepath.Join(folder, "nginx.conf")
	changed := strings.Replace(string(text), "127.0.0.1:8080", at, 1)
	if err := os.WriteFile(conf, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(nginx, "-p", folder, "-e", "stderr", "-c", conf)
	said, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatalf("expected nginx with nchan, which make tools installs: %v", err)
	}
	ready, over := make(chan bool, 1), make(chan string, 1)
	go func() {
		var all strings.Builder
		for lines := bufio.NewScanner(said); lines.Scan(); {
			all.WriteString(lines.Text() + "\n")
			if strings.Contains(lines.Text(), "start worker process ") {
				select {
				case ready <- true:
				default:
				}
			}
		}
		over <- all.String()
	}()
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM) //nolint:errcheck // it may be gone
		text := <-over
		if err := cmd.Wait(); err != nil {
			t.Errorf("nginx: %v\n%s", err, text)
		}
	})
	select {
	case <-ready:
	case text := <-over:
		over <- text
		t.Fatalf("expected nginx with nchan, which make tools installs:\n%s", text)
	case <-time.After(tooLong):
		t.Fatal("nginx does not start")
	}
	return "http://" + at
}

// Of users of a service without positions who lose their connection, leave, or come back,
// only those events are wanted that were due while they were there.
func TestNchanDeeds(t *testing.T) {
	base := startNchan(t)
	for _, via := range []lab.Protocol{lab.SSE, lab.WebSocket} {
		p := lab.Plan{Seed: 1, Users: 100, AtOnce: 50, Server: base, Match: "deeds-" + string(via), Via: []lab.Share{{Via: via, Weight: 1}},
			Service: &lab.Service{Path: "/sub/{match}"}, Tunnel: 0.2, Slow: 0.1, Leave: 0.1, Return: 0.1, Every: 100 * time.Millisecond}
		o, err := operator.NewPublisher(operator.Publish{Match: p.Match, URL: base + "/pub/{match}"}, operator.Timing{Size: 200})
		if err != nil {
			t.Fatal(err)
		}
		c := gather(t, p)
		played := o.Play(t.Context(), 1, 30, 20*time.Millisecond)
		tally := finish(t, c, 30)
		blameless(t, p.Match, tally)
		if played.Err != nil || tally.Been != 100 || tally.Events < 40*30 || tally.Events >= 100*30 {
			t.Errorf("%s: %d were there, %d events of %d (%v) came", p.Match, tally.Been, tally.Events, played.Sent, played.Err)
		}
		if err := o.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// A service that sends nothing to anybody is found out, too.
func TestSilence(t *testing.T) {
	base := startNchan(t)
	p := lab.Plan{Users: 10, Server: base, Match: "nothing", Via: []lab.Share{{Via: lab.SSE, Weight: 1}}, Service: &lab.Service{Path: "/sub/{match}"}}
	c := gather(t, p)
	tally, err := c.Finish(t.Context(), 3, 300*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "silence", tally, map[string]int64{lab.Missing: 10 * 3})
}

// The lab watches a server that is not ours: all that is published comes to all, once and
// in order, and how long it takes is known. What is published twice, or left out, is
// found: it is looked at as closely as ours.
func TestNchan(t *testing.T) {
	const users, events = 300, 20
	base := startNchan(t)
	for _, via := range [][]lab.Share{{{Via: lab.SSE, Weight: 1}}, {{Via: lab.WebSocket, Weight: 1}}, {{Via: lab.SSE, Weight: 2}, {Via: lab.WebSocket, Weight: 1}}} {
		channel := fmt.Sprint("news-", len(via), via[0].Via)
		p := lab.Plan{Seed: 1, Users: users, AtOnce: 50, Server: base, Match: channel, Via: via, Service: &lab.Service{Path: "/sub/{match}"}}
		o, err := operator.NewPublisher(operator.Publish{Match: channel, URL: base + "/pub/{match}"}, operator.Timing{Size: 200})
		if err != nil {
			t.Fatal(err)
		}
		c := gather(t, p)
		if ready := c.Tally().Ready; ready != users {
			t.Errorf("%s: %d of %d listen", channel, ready, users)
		}
		played := o.Play(t.Context(), 1, events, 5*time.Millisecond)
		tally := finish(t, c, events)
		blameless(t, channel, tally)
		if played.Err != nil || tally.Events != users*events || tally.Latency.Count() != users*events || tally.Latency.Min() <= 0 {
			t.Errorf("%s: %d events published (%v), %d came, %d latencies from %v", channel, played.Sent, played.Err, tally.Events, tally.Latency.Count(), tally.Latency.Min())
		}
		for i, a := range tally.Arrivals {
			if a.Count != users || a.First <= 0 || a.Last < a.First {
				t.Errorf("%s: event %d: %+v", channel, i+1, a)
			}
		}

		c = gather(t, p)
		for _, mark := range []int{1, 2, 2, 4, 5} {
			o.Play(t.Context(), mark, 1, 0)
		}
		expect(t, channel, finish(t, c, 5), map[string]int64{lab.Doubled: users, lab.Missing: users})
		if err := o.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}
