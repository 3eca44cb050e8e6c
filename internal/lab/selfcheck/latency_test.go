package selfcheck

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/faulty"
	"matchstream/internal/lab/operator"
)

// shares are how much of a latency is compared.
var shares = []float64{0, 0.1, 0.5, 0.9, 0.99}

// measure plays events to a crowd of a late server, and returns what the crowd has
// measured and what the server itself says of when it wrote to them.
func measure(t *testing.T, f faulty.Fault, users, events int) (ours *lab.Tally, theirs *lab.Histogram) {
	t.Helper()
	s := serve(t, f)
	defer s.Close()
	o, err := operator.OnMatchStream(t.Context(), s.URL(), "any", operator.Timing{Size: 100})
	if err != nil {
		t.Fatal(err)
	}
	p := crowdAt(s, users, evenly()...)
	p.Match, p.Patience = o.Match(), tooLong
	c := gather(t, p)
	if played := o.Play(t.Context(), 1, events, 10*time.Millisecond); played.Err != nil {
		t.Fatal(played.Err)
	}
	ours = finish(t, c, events)
	blameless(t, "a late server", ours)
	if err := o.Close(t.Context()); err != nil {
		t.Error(err)
	}
	return ours, s.Record().Latency()
}

// A server that is late by a known time is measured as that: what the lab says agrees
// with the server's own clock within a millisecond. What else this machine does meanwhile
// can only make the lab later; so what it is off by is the least of some tries.
func TestLatency(t *testing.T) {
	const users, events, tries, within = 12, 10, 50, time.Millisecond
	for _, f := range []faulty.Fault{{}, {Late: 5 * time.Millisecond}, {Late: 30 * time.Millisecond, LateBy: 7 * time.Millisecond}} {
		least := map[float64]time.Duration{}
		for try := 0; try < tries && (try == 0 || slices.Max(slices.Collect(maps.Values(least))) > within); try++ {
			ours, theirs := measure(t, f, users, events)
			if ours.Latency.Count() != users*events || theirs.Count() != users*events || ours.Latency.Min() < f.Late {
				t.Fatalf("%d latencies from %v, the server wrote %d events", ours.Latency.Count(), ours.Latency.Min(), theirs.Count())
			}
			for _, share := range shares {
				mine, its := ours.Latency.Quantile(share), theirs.Quantile(share)
				if mine < its-its/500-5*time.Microsecond { // three digits, and the microseconds of marks
					t.Fatalf("late by %v: %v of all had it after %v, before the server has written it, after %v", f.Late, share, mine, its)
				}
				if off, known := least[share]; !known || mine-its < off {
					least[share] = mine - its
				}
			}
		}
		for _, share := range shares {
			if least[share] > within {
				t.Errorf("late by %v: the lab says %v more than the server, of %v of all", f.Late, least[share], share)
			}
		}
	}
}

// A lab that is starved of CPU says so: as much as it adds to a latency it admits to.
func TestStarved(t *testing.T) {
	const users, events = 12, 8
	ctx, cancel := context.WithCancel(t.Context())
	var others sync.WaitGroup
	for range 2 * runtime.GOMAXPROCS(0) {
		others.Go(func() {
			for ctx.Err() == nil { // it never waits for anything
			}
		})
	}
	ours, theirs := measure(t, faulty.Fault{Late: 5 * time.Millisecond}, users, events)
	cancel()
	others.Wait()
	added := ours.Latency.Quantile(0.9) - theirs.Quantile(0.9)
	admitted := ours.Generator.Lateness.Max()
	if ours.Generator.Lateness.Count() == 0 {
		t.Fatalf("nothing is known of lateness: %v", ours.Generator.CannotTell)
	}
	if admitted < 5*time.Millisecond || admitted < added/2 {
		t.Errorf("it has added %v, and admits to %v", added, admitted)
	}
	t.Logf("added %v, late up to %v (p50 %v, %d), timers up to %v", added, admitted, ours.Generator.Lateness.Quantile(0.5), ours.Generator.Lateness.Count(), ours.Generator.Timers.Max())
}
