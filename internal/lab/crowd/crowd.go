// Package crowd is many users in one process: they watch as an app does, know only
// what a client knows, and check all that they are told.
//
// # How it works
//
// One goroutine, the loop, owns all watchers of a crowd. It asks the kernel (poll) what
// has happened to their connections, acts on it, and parks. A watcher is a struct of
// less than a hundred bytes in a slab, found by its index: no goroutine, no buffer and
// no timer of its own, and no pointer, so that the garbage collector does not look at
// it. Everything is read into one buffer; only what came of a frame that is not whole
// yet is copied, into a buffer that is lent for that long (pieces). What is to be done
// at a time is in one heap of indices (timers).
//
// # What is checked, and what it costs
//
// All who watch a match by the same protocol are sent the same bytes. So a frame is cut
// out and parsed, strictly, for the first of them, and remembered (lane); for all others
// it is enough that their bytes are equal, which is as strict. What remains for each
// delivery is a call of the kernel, a comparison, a look at the clock, and a few sums.
//
// # Whose fault it is
//
// What the service has done wrong is in Tally.Errors, what this machine could not do in
// Tally.Own. What a watcher has brought upon himself (he was in a tunnel, reads slowly)
// is neither, and his latencies are not counted. For every sixty-fourth connection the
// kernel says when something came: what was read late was late through us.
package crowd

import (
	"context"
	"fmt"
	"strings"
	"time"

	"matchstream/internal/lab"
)

// Carrier carries crowds in this process, on Linux. The zero value is usable, by any
// goroutine, for as many crowds at once as there are descriptors.
type Carrier struct{}

var _ lab.Carrier = Carrier{}

// Gather has a crowd come: one goroutine, until Finish returns or ctx ends.
func (Carrier) Gather(ctx context.Context, p lab.Plan) (lab.Crowd, error) {
	if err := check(&p); err != nil {
		return nil, err
	}
	return gather(ctx, p)
}

// teams of a match, by its id.
func teams(match string) (home, visit string, ok bool) {
	home, rest, _ := strings.Cut(match, "-")
	visit, _, ok = strings.Cut(rest, "-")
	return home, visit, ok
}

// The defaults of a plan.
const (
	patience = 10 * time.Second
	every    = 10 * time.Second
)

// check fills in what a plan leaves out, or says what it lacks.
func check(p *lab.Plan) error {
	if p.Users < 0 || p.Stalled < 0 || p.Users+p.Stalled == 0 {
		return fmt.Errorf("a crowd of %d users: expected at least one", p.Users)
	}
	if home, visit, _ := teams(p.Match); p.Service == nil && (home == "" || visit == "") {
		return fmt.Errorf("match: expected <home>-<visit>-<date>, not %q", p.Match)
	}
	if p.Patience <= 0 {
		p.Patience = patience
	}
	if p.Every <= 0 {
		p.Every = every
	}
	if p.AtOnce <= 0 {
		p.AtOnce = p.Users + p.Stalled
	}
	if len(p.Via) == 0 {
		p.Via = []lab.Share{{Via: lab.TCP, Weight: 1}}
	}
	for _, s := range p.Via {
		if s.Via != lab.TCP && s.Via != lab.SSE && s.Via != lab.WebSocket {
			return fmt.Errorf("via %q: expected tcp, sse or ws", s.Via)
		}
		if s.Weight <= 0 {
			return fmt.Errorf("via %s: %d: expected a weight of at least 1", s.Via, s.Weight)
		}
	}
	switch p.Arrive {
	case "", lab.Steady, lab.KickOff, lab.Waves:
	default:
		return fmt.Errorf("arrive %q: expected steady, kickoff or waves", p.Arrive)
	}
	if sum := p.Tunnel + p.Slow + p.Leave + p.Return; sum > 1 {
		return fmt.Errorf("tunnel, slow, leave and return are %g of the users together: expected at most 1", sum)
	}
	return nil
}
