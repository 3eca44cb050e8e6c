package live

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"matchstream/internal/store"
)

const (
	// beat is how often the store is asked whether it is there, unless Options
	// say otherwise.
	beat = time.Second
	// silence is how long its answer is waited for.
	silence = 2 * time.Second
)

// pulse is whether the store is there. A node that cannot reach it goes on
// telling what it knows: to watchers nothing false is told, they just hear nothing
// new; but who asks for what is now has to know that it may be behind.
type pulse struct {
	began    time.Time    // of the process' own clock, which nobody sets
	answered atomic.Int64 // nanoseconds since began
	missed   atomic.Bool  // the last look had no answer
}

func (p *pulse) felt() {
	if p.began.IsZero() {
		p.began = time.Now()
	}
	p.answered.Store(int64(time.Since(p.began)))
	p.missed.Store(false)
}

// Stale is for how long the store has not answered, if it did not when it was
// asked last: what is known here may be behind by as much. 0: it does.
func (l *Live) Stale() time.Duration {
	if !l.pulse.missed.Load() {
		return 0
	}
	return max(1, time.Since(l.pulse.began)-time.Duration(l.pulse.answered.Load()))
}

// feel asks the store once a beat whether it is there. Following alone would
// not tell: it is silent while nothing happens, too.
func (l *Live) feel(run context.Context, beat time.Duration) {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		select {
		case <-run.Done():
			return
		case <-tick.C:
		}
		ctx, cancel := context.WithTimeout(run, silence)
		_, err := l.store.End(ctx)
		cancel()
		switch {
		case run.Err() != nil:
		case err == nil:
			if stale := l.Stale(); stale > 0 {
				l.log.Info("the store answers again", "took", stale.Round(time.Millisecond))
			}
			l.pulse.felt()
		case !l.pulse.missed.Swap(true):
			l.log.Error("the store does not answer; what is known is served, marked as stale, and changes are refused", "cause", err)
		}
	}
}

// isReplaced tells the owner of this Live, once, that an error means the end of
// what is known here.
func (l *Live) isReplaced(err error) bool {
	if !errors.Is(err, store.ErrReplaced) {
		return false
	}
	l.log.Error("another store is in the place of the one that was opened: nothing known here means anything there", "cause", err)
	l.replaced()
	return true
}
