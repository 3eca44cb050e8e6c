package crowd

import (
	"math"
	"math/rand/v2"
	"time"

	"matchstream/internal/lab"
)

// All chance comes from the plan's seed and a watcher's number: nothing is kept of it,
// and parts of a crowd in several processes do what one would do.

// deed is what a watcher does beside watching.
type deed uint8

const (
	plain deed = iota
	tunnels
	slow
	leaves
	returns
	stalls
)

// The two constants of a sequence that fills the unit square evenly (Roberts' R2): so
// of any few watchers in a row as many have each behaviour, and each protocol, as can be,
// and the one does not depend on the other.
const (
	evenly   = 0.75487766624669276
	likewise = 0.56984029099805327
)

// spread is a number from 0 to 1 for a watcher.
func spread(seed uint64, number int, step float64) float64 {
	_, f := math.Modf(float64(seed%1009)/1009 + float64(number)*step)
	return f
}

// does is what a watcher does.
func does(p *lab.Plan, number int) deed {
	at := spread(p.Seed, number, evenly)
	for d, share := range [...]float64{tunnels: p.Tunnel, slow: p.Slow, leaves: p.Leave, returns: p.Return} {
		if at < share {
			return deed(d)
		}
		at -= share
	}
	return plain
}

// via is by which of the plan's ways a watcher comes.
func via(p *lab.Plan, number int) lab.Protocol {
	all := 0
	for _, s := range p.Via {
		all += s.Weight
	}
	at := spread(p.Seed, number, likewise) * float64(all)
	for _, s := range p.Via {
		if at -= float64(s.Weight); at < 0 {
			return s.Via
		}
	}
	return p.Via[len(p.Via)-1].Via
}

// dice are those of a watcher's nth deed.
func dice(seed uint64, number int, nth uint16) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(number)<<16|uint64(nth)))
}

// about is a time with this mean; the longest are cut, so that a test ends.
func about(mean time.Duration, r *rand.Rand) time.Duration {
	return time.Duration(min(r.ExpFloat64(), 5) * float64(mean))
}
