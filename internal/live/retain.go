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
	sweepEvery = 24 * time.Hour
)

// retain deletes, once a day, the matches that ended longer ago than they are
// to be kept.
func (l *Live) retain(run context.Context) {
	next := time.NewTimer(firstSweep)
	defer next.Stop()
	for {
		select {
		case <-next.C:
			l.sweep(run)
			next.Reset(sweepEvery)
		case <-run.Done():
			return
		}
	}
}

// errStays: the match is not to be deleted.
var errStays = errors.New("the match stays")

// sweep deletes what is old, in the way in which operators delete, so that
// watchers and other nodes hear of it. A damaged match is left: it may be
// wanted for what can be saved of it. It takes a tenth of the time, so that the
// disk serves those who play.
func (l *Live) sweep(run context.Context) {
	began, before := time.Now(), l.clock().Add(-l.keep).UnixMilli()
	deleted, failed := 0, 0
	l.entries.all(func(e *entry) bool {
		d := e.described.Load()
		if d.Over == nil || d.Over.Since >= before || e.damage.Load() != nil {
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
				"ended", time.UnixMilli(d.Over.Since).UTC().Format(time.DateTime), "records", d.Over.Last)
		}
		return l.wait(run, 9*time.Since(one))
	})
	l.log.Info("old matches were looked for", "deleted", deleted, "failed", failed, "kept", l.Len(),
		"took", time.Since(began).Round(time.Millisecond), "over", l.keep)
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
