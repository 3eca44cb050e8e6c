package gate

import (
	"time"

	"matchstream/internal/pump"
)

// Yield closes a quiet connection of net/http, or of the portable pump's doors,
// if there is one, for somebody who comes.
func (g *Gate) Yield() bool { return g.quiet.Yield(pump.Quiet{}) }

// Yielded is how many were closed for others.
func (g *Gate) Yielded() uint64 { return g.quiet.yielded.Load() }

// Yield closes the one that is most in the way, unless somebody elsewhere is so
// even more: before, if it is not zero. False: nobody was closed.
func (q *Quiet) Yield(before pump.Quiet) bool {
	v := q.most(before)
	if v == nil {
		return false
	}
	q.yielded.Add(1)
	v.Close()
	return true
}

// mostLooks is how many are looked at to find one of whom nothing waits to be
// read. Loops wait for this, and a look is one system call: so many are what some
// five joins take. Each is looked at once for each request, so over time there
// are no more looks than requests and closings (BenchmarkYield).
const mostLooks = 32

// most is the one to be closed, who is not among them any more; nil: nobody is.
// Those that are found to speak go behind the others, as they do when it is read,
// and have a moment if they are few. If there are too many the first of them is
// closed all the same, and so is the first of a large crowd all of whom speak:
// nobody keeps others out, or has others closed, by what he leaves unread.
func (q *Quiet) most(before pump.Quiet) *visit {
	q.mu.Lock()
	defer q.mu.Unlock()
	var first *visit // that speaks
	for range mostLooks {
		c := q.mostLocked()
		if c == nil || before.Crowd > 0 && !c.first().Before(before) {
			return nil
		}
		v := c.quiet.Front().Value.(quietSince).visit
		if !q.unheardLocked(v) {
			q.removeLocked(v)
			return v
		}
		q.speaksLocked(v)
		if first == nil {
			first = v
		}
	}
	q.removeLocked(first)
	return first
}

// unheardLocked says whether something has been said, since it began to be quiet,
// that waits to be read. It is asked once for each request: who has begun one goes
// in his turn, whatever else he says.
func (q *Quiet) unheardLocked(v *visit) bool {
	return v.silent.Load() && (v.ahead || pump.Unread(v))
}

// moment is what they have of whom there are few.
const moment = 150 * time.Millisecond

// mostLocked is the crowd of which one may go now; nil: none. If the largest is
// small all are, and it is the largest of those whose moment is over. Loops wait
// for this, and whoever has many addresses makes many crowds: it looks at none but
// the first of each order.
func (q *Quiet) mostLocked() *crowd {
	if large := *q.order(pump.Few + 1); len(large) > 0 {
		return large[0]
	}
	now := time.Now()
	for n := pump.Few; n > 0; n-- {
		if o := *q.order(n); len(o) > 0 && now.Sub(o[0].first().Since) > moment {
			return o[0]
		}
	}
	return nil
}
