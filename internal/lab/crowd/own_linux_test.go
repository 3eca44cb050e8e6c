package crowd

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/faulty"
)

// What this machine cannot do is not the service's fault.
func TestNoPorts(t *testing.T) {
	s := wrongServer(t, faulty.Fault{})
	p := planFor(s, 5, lab.SSE)
	p.Sources = []string{"198.51.100.1", "203.0.113.1"} // not ours
	tally := finish(t, gatherAll(t, p), 0)
	if tally.Own[lab.NoPorts] != 5 || len(tally.Errors) > 0 || tally.Been != 0 {
		t.Errorf("own %v, errors %v, been %d", tally.Own, tally.Errors, tally.Been)
	}
	if len(tally.Findings) == 0 || tally.Findings[0].Code != lab.NoPorts {
		t.Errorf("findings %+v", tally.Findings)
	}
}

// Watchers call from the addresses that they were given, in turn.
func TestSources(t *testing.T) {
	from := make(chan string, 4)
	s := script(t, func(c *said) {
		host, _, _ := strings.Cut(c.RemoteAddr().String(), ":")
		from <- host
		c.send(statusAt(5, "ended"))
	})
	p := planAt(s, lab.TCP)
	p.Users, p.Sources = 4, []string{"127.0.0.5", "127.0.0.6"}
	found(t, p, map[string]int64{})
	close(from)
	all := slices.Sorted(func(yield func(string) bool) {
		for host := range from {
			yield(host)
		}
	})
	if want := []string{"127.0.0.5", "127.0.0.5", "127.0.0.6", "127.0.0.6"}; !slices.Equal(all, want) {
		t.Errorf("they came from %v", all)
	}
}

// On loopback there are always more addresses, elsewhere only those that were given.
func TestMoreSources(t *testing.T) {
	here, there := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("192.0.2.1")
	var s sources
	if s.of(17).IsValid() || s.more(0, there) || !s.more(0, here) || s.of(17) != netip.MustParseAddr("127.0.0.2") {
		t.Errorf("%+v", s)
	}
	for s.more(0, here) {
	}
	if s.extra != mostExtra || s.of(0) != netip.MustParseAddr("127.0.0.201") {
		t.Errorf("%+v, %v", s, s.of(0))
	}
	p := lab.Plan{Sources: []string{"127.0.0.9", "nowhere"}}
	if _, err := newSources(&p); err == nil {
		t.Error("nowhere is an address")
	}
}

// A plan that cannot be carried out is an error that says what was expected.
func TestBadPlans(t *testing.T) {
	right := lab.Plan{Users: 1, Server: "http://127.0.0.1:1", Match: game}
	for want, change := range map[string]func(*lab.Plan){
		"expected at least one":                     func(p *lab.Plan) { p.Users = 0 },
		"expected a URL like":                       func(p *lab.Plan) { p.Server = "https://127.0.0.1" },
		"expected tcp, sse or ws":                   func(p *lab.Plan) { p.Via = []lab.Share{{Via: "udp", Weight: 1}} },
		"expected a weight":                         func(p *lab.Plan) { p.Via = []lab.Share{{Via: lab.TCP}} },
		"expected steady, kickoff or waves":         func(p *lab.Plan) { p.Arrive = "late" },
		"expected at most 1":                        func(p *lab.Plan) { p.Tunnel, p.Slow = 0.6, 0.6 },
		"expected host:port":                        func(p *lab.Plan) { p.Lines = []string{"nowhere"} },
		"expected a port":                           func(p *lab.Plan) { p.Lines = []string{"nowhere:70000"} },
		"expected the service's base URL, like":     func(p *lab.Plan) { p.Server, p.API = "", true },
		"base URL, or host:port of its lines":       func(p *lab.Plan) { p.Server = "" },
		"expected host:port of the service's":       func(p *lab.Plan) { p.Service = &lab.Service{} },
		"expected an IP address":                    func(p *lab.Plan) { p.Lines, p.Sources = []string{"127.0.0.1:1"}, []string{"me"} },
		"expected <home>-<visit>-<date>, not \"x\"": func(p *lab.Plan) { p.Match = "x" },
	} {
		p := right
		change(&p)
		if _, err := (Carrier{}).Gather(t.Context(), p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, expected %q", err, want)
		}
	}
}

// Where nobody is, everybody is refused: by lines, by checkin for all, and one by one.
func TestNobodyThere(t *testing.T) {
	s := script(t, func(*said) {})
	s.l.Close()
	for _, change := range []func(*lab.Plan){
		func(*lab.Plan) {}, func(p *lab.Plan) { p.Lines = nil }, func(p *lab.Plan) { p.API = true },
	} {
		p := planAt(s, lab.TCP)
		p.Users = 3
		change(&p)
		found(t, p, map[string]int64{lab.Refused: 3})
	}
}

// A loop that does not get to run says so: what it has read late was there in time, and
// its timers were late.
func TestStarved(t *testing.T) {
	s := wrongServer(t, faulty.Fault{})
	c := gatherAll(t, planFor(s, 1, lab.TCP))
	await(t, s, 1)
	const long = 400 * time.Millisecond
	marks := 0
	for marks = 0; c.Tally().Generator.Lateness.Count() == 0; marks++ { // the kernel begins with stamps when it finds time
		if _, err := s.Happen("comment", string(lab.AppendMark(nil, marks+1, time.Now()))); err != nil {
			t.Fatal(err)
		}
	}
	starving := make(chan struct{})
	c.(*crowd).loop.post(func() {
		close(starving)
		time.Sleep(long)
	})
	<-starving
	if _, err := s.Happen("comment", string(lab.AppendMark(nil, marks+1, time.Now()))); err != nil {
		t.Fatal(err)
	}
	tally := finish(t, c, marks+1)
	g := tally.Generator
	if g.Lateness.Max() < long/2 || g.Lateness.Count() == 0 || g.Timers.Max() < long/2 {
		t.Errorf("lateness %v of %d, timers %v", g.Lateness.Max(), g.Lateness.Count(), g.Timers.Max())
	}
	if tally.Latency.Max() < g.Lateness.Max()/2 {
		t.Errorf("a latency of %v", tally.Latency.Max())
	}
	if g.CPU <= 0 || g.Wall < long || g.Processes != 1 || len(g.CannotTell) > 0 {
		t.Errorf("%+v", g)
	}
}

// When ctx ends, so does the crowd, and its tally stays.
func TestContextEnds(t *testing.T) {
	s := wrongServer(t, faulty.Fault{Every: 1, Refusal: faulty.Mute})
	ctx, cancel := context.WithCancel(t.Context())
	c, err := Carrier{}.Gather(ctx, planFor(s, 5, lab.SSE))
	if err != nil {
		t.Fatal(err)
	}
	for c.Tally().Asked < 5 {
	}
	cancel()
	<-c.Settled()
	tally, err := c.Finish(t.Context(), 1, time.Hour)
	if !errors.Is(err, context.Canceled) || tally.Asked != 5 || tally.Been != 0 || c.Tally() != tally {
		t.Errorf("%+v, %v", tally, err)
	}
}
