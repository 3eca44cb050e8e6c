package live

import (
	"context"
	"errors"
	"fmt"
	"time"

	"matchstream/internal/match"
)

const (
	firstSweep = 5 * time.Minute // after the start, which is busy enough
	lookEvery  = time.Hour
	sweepEvery = 24 // looks
)

// retain deletes, once a day, the matches that ended longer ago than they are
// to be kept, by a clock that it looks at more often.
func (l *Live) retain(run context.Context) {
	var clock clockWatch
	left := 0 // looks until the next sweep
	next := time.NewTimer(firstSweep)
	defer next.Stop()
	for {
		select {
		case <-next.C:
			left = l.retainNow(run, &clock, left)
			next.Reset(lookEvery)
		case <-run.Done():
			return
		}
	}
}

// retainNow looks at the clock, and sweeps if it is time, or what kept it from
// sweeping is over. That something does is told at once.
func (l *Live) retainNow(run context.Context, clock *clockWatch, left int) (next int) {
	doubted := clock.known && !clock.believed()
	if err := clock.look(run, l); err != nil {
		if run.Err() == nil {
			l.log.Warn("old matches are not looked for: it is not known how the clock has gone", "cause", err)
		}
		return 0
	}
	switch turned := doubted == clock.believed(); {
	case left > 0 && !turned:
		return left - 1
	case clock.believed():
		l.sweep(run, clock.At-l.keep.Milliseconds())
	default:
		l.putOff(clock.pace)
	}
	return sweepEvery - 1
}

// putOff says which deletions have to wait for the clock to be believed, if any.
func (l *Live) putOff(p pace) {
	waiting := 0
	l.entries.all(func(e *entry) bool {
		if e.overdue(p.At-l.keep.Milliseconds()) != nil {
			waiting++
		}
		return true
	})
	if waiting == 0 {
		return
	}
	l.log.Warn("old matches are not deleted yet (--keep)", "kept", waiting, "cause", p.doubt(),
		"do", "look at the clock: if it is wrong, set it right; if it is right, nothing is to be done, the matches go once it has gone on like that for a while",
		"next", time.Duration(p.Wait)*time.Millisecond)
}

// errStays: the match is not to be deleted.
var errStays = errors.New("the match stays")

// sweep deletes what is old, in the way in which operators delete, so that
// watchers and other nodes hear of it. A damaged match is left: it may be
// wanted for what can be saved of it. It takes a tenth of the time, so that the
// disk serves those who play.
func (l *Live) sweep(run context.Context, before int64) {
	began := time.Now()
	deleted, failed := 0, 0
	l.entries.all(func(e *entry) bool {
		ended := e.overdue(before)
		if ended == nil {
			return true
		}
		one := time.Now()
		switch err := l.deleteIf(run, e.key.Match, e.expired(before)); {
		case errors.Is(err, errStays), errors.Is(err, ErrNotFound): // another node was faster
		case err != nil:
			failed++
			l.Counts.Overdue.Add(1)
			l.log.Warn("an old match cannot be deleted; it is tried again with the next sweep", "match", e.key.Match, "cause", err)
		default:
			deleted++
			l.Counts.Expired.Add(1)
			l.log.Info("a match is deleted: it was kept as long as it was to be (--keep)", "match", e.key.Match,
				"ended", time.UnixMilli(ended.Since).UTC().Format(time.DateTime), "records", ended.Last)
		}
		return l.wait(run, 9*time.Since(one))
	})
	l.log.Info("old matches were looked for", "deleted", deleted, "failed", failed, "kept", l.Len(),
		"took", time.Since(began).Round(time.Millisecond), "over", l.keep)
}

// overdue is how a match ended that did before that, and so may go; nil: it may not.
func (e *entry) overdue(before int64) *over {
	d := e.described.Load()
	if d.Over == nil || d.Over.Since >= before || e.damage.Load() != nil {
		return nil
	}
	return d.Over
}

// expired says nil of a moment of e that may go.
func (e *entry) expired(before int64) func(*moment) error {
	return func(m *moment) error {
		switch s := m.view.State; {
		case m.view.Info.Epoch != e.key.Epoch, s.Period != match.Ended, s.PeriodStart >= before, e.damage.Load() != nil:
			return fmt.Errorf("%w: it was reopened or made anew", errStays)
		}
		return nil
	}
}

// wait is false if the run ends before.
func (l *Live) wait(run context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return run.Err() == nil
	case <-run.Done():
		return false
	}
}
