package crowd

import (
	"slices"
	"testing"
	"time"

	"matchstream/internal/lab"
)

// Whoever was in a tunnel is given exactly what he has missed.
func TestTunnels(t *testing.T) {
	s := serve(t)
	p := s.plan(40)
	p.Tunnel, p.Every = 1, 100*time.Millisecond
	c := gatherAll(t, p)
	s.start()
	for c.Tally().Resumes < 60 { // so long, until some have been away often
		s.comment(5)
	}
	tally := finish(t, c, s.sent)
	blameless(t, tally)
	if want := int64(40 * (1 + s.sent)); tally.Events != want {
		t.Errorf("%d events, expected %d", tally.Events, want)
	}
	if tally.Been != 40 || tally.Arrivals[s.sent-1].Count != 40 {
		t.Errorf("been %d, %d have the last", tally.Been, tally.Arrivals[s.sent-1].Count)
	}
}

// Whoever leaves is away, whoever returns begins anew, and nobody is to blame.
func TestLeaveAndReturn(t *testing.T) {
	s := serve(t)
	p := s.plan(40)
	p.Leave, p.Return, p.Every, p.API = 0.5, 0.5, 50*time.Millisecond, true
	c := gatherAll(t, p)
	s.start()
	for c.Tally().Enter.Count() < 80 {
		s.comment(1)
	}
	tally := finish(t, c, s.sent)
	blameless(t, tally)
	if tally.Away < 20 || tally.Been != 40 || tally.Asked != 40 || tally.Resumes != 0 {
		t.Errorf("away %d, been %d, asked %d, resumes %d", tally.Away, tally.Been, tally.Asked, tally.Resumes)
	}
}

// Slow readers get what there is in the end, and their own lateness is not the server's;
// those who read nothing count nowhere.
func TestSlowAndStalled(t *testing.T) {
	s := serve(t)
	p := s.plan(20)
	p.Slow, p.Stalled, p.Every = 0.5, 10, 5*time.Second
	c := gatherAll(t, p)
	s.start()
	s.comment(30)
	tally := finish(t, c, 30)
	blameless(t, tally)
	if tally.Asked != 20 || tally.Been != 20 || tally.Arrivals[29].Count != 20 || tally.Events != 20*31 {
		t.Errorf("asked %d, been %d, %d have the last, %d events", tally.Asked, tally.Been, tally.Arrivals[29].Count, tally.Events)
	}
	if n := tally.Latency.Count(); n != 10*30 {
		t.Errorf("%d latencies, expected those of the ten who read at once", n)
	}
}

// Of any few watchers in a row as many have each behaviour and each protocol as can be,
// and the one does not depend on the other; the same seed gives the same.
func TestSpread(t *testing.T) {
	p := lab.Plan{Seed: 5, Tunnel: 0.05, Slow: 0.1, Leave: 0.2, Return: 0.25,
		Via: []lab.Share{{Via: lab.TCP, Weight: 70}, {Via: lab.SSE, Weight: 20}, {Via: lab.WebSocket, Weight: 10}}}
	const n = 2000
	deeds, ways := map[deed]int{}, map[lab.Protocol]int{}
	var both int
	for i := 300; i < 300+n; i++ {
		d, v := does(&p, i), via(&p, i)
		deeds[d]++
		ways[v]++
		if d == returns && v == lab.SSE {
			both++
		}
	}
	near := func(what any, got int, share float64) {
		if want := share * n; float64(got) < want-10 || float64(got) > want+10 {
			t.Errorf("%v: %d, expected %v", what, got, want)
		}
	}
	for d, share := range map[deed]float64{tunnels: p.Tunnel, slow: p.Slow, leaves: p.Leave, returns: p.Return, plain: 0.4} {
		near(d, deeds[d], share)
	}
	near(lab.TCP, ways[lab.TCP], 0.7)
	near(lab.SSE, ways[lab.SSE], 0.2)
	near(lab.WebSocket, ways[lab.WebSocket], 0.1)
	near("both", both, 0.25*0.2)
	if a, b := dice(5, 17, 3).Float64(), dice(5, 17, 3).Float64(); a != b || a == dice(6, 17, 3).Float64() || a == dice(5, 17, 4).Float64() {
		t.Error("chance does not come from the seed, the number and the deed alone")
	}
}

// A crowd comes as it was said: evenly, thick towards the end, or in groups.
func TestArrivals(t *testing.T) {
	const n = 1000
	for how, want := range map[lab.Arrival][]int{ // how many have come by each fifth of the time
		"":          {200, 400, 600, 800, 1000},
		lab.KickOff: {8, 64, 216, 512, 1000},
		lab.Waves:   {200, 400, 600, 800, 1000},
	} {
		got, last, longest := make([]int, 5), time.Duration(0), time.Duration(0)
		for i := range n {
			at := arrival(how, time.Second, i, n)
			if at < last || at >= time.Second {
				t.Fatalf("%q: number %d comes at %v, behind %v", how, i, at, last)
			}
			last, longest = at, max(longest, at-last)
			for k := int(at / (200 * time.Millisecond)); k < 5; k++ {
				got[k]++
			}
		}
		for k := range got { // the one who comes at the border, this or that side of it
			if got[k] == want[k]+1 || got[k] == want[k]-1 {
				got[k] = want[k]
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %v have come by each fifth, expected %v", how, got, want)
		}
		if pause := longest > 50*time.Millisecond; pause != (how == lab.Waves) && how != lab.KickOff {
			t.Errorf("%q: the longest pause is %v", how, longest)
		}
	}
}
