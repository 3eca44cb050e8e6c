package live

import (
	"context"
	"runtime/debug"
	"sync/atomic"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/store"
	"matchstream/internal/wire"
)

// follow hears the journal from a mark on, until the run is over.
func (l *Live) follow(run context.Context, from store.Mark) {
	l.keepTrying(run, "following the journal", &l.following, func() error {
		l.following.Store(true)
		return l.store.Follow(run, from, func(r store.Record) {
			from = r.Mark
			if e, ok := l.entry(r.Key.Match); ok && e.key == r.Key {
				e.hear(run, r)
			}
			l.heard.Store(uint64(r.Mark))
		})
	})
}

// keepTrying runs f until it succeeds or the run is over; well says whether it
// is running. Where another store is in its place it gives up, with the error.
func (l *Live) keepTrying(run context.Context, what string, well *atomic.Bool, f func() error) error {
	pause := 100 * time.Millisecond
	for {
		err := f()
		well.Store(false)
		switch {
		case err == nil || run.Err() != nil:
			return run.Err()
		case l.isReplaced(err):
			return err
		}
		l.log.Error(what+" was interrupted; trying again", "cause", err, "pause", pause)
		select {
		case <-time.After(pause):
		case <-run.Done():
			return run.Err()
		}
		pause = min(2*pause, 5*time.Second)
	}
}

const (
	idle   = time.Minute      // how long what nobody uses is kept
	tidyUp = 15 * time.Second // how often it is looked for

	// manyRested is how many matches put to rest make it worth a collection to
	// give their memory back: some six megabytes.
	manyRested = 500
)

// tidy gives up what nobody uses: lanes without watchers, the moments of
// matches that are over, and what was counted of an audience that is gone.
func (l *Live) tidy(run context.Context) {
	tick := time.NewTicker(tidyUp)
	defer tick.Stop()
	watched := make(map[*feed.Lane]time.Time)
	resting := 0 // since memory was given back
	for {
		select {
		case <-tick.C:
			rested := l.putAway(watched, l.clock())
			resting += rested
			if rested == 0 && resting >= manyRested {
				// The evening is over. By itself the runtime collects every
				// two minutes, and gives back little by little.
				debug.FreeOSMemory()
				resting = 0
			}
		case <-run.Done():
			return
		}
	}
}

// putAway does one round of tidying; watched remembers when a lane was last
// seen with watchers. It returns how many matches were put to rest.
func (l *Live) putAway(watched map[*feed.Lane]time.Time, now time.Time) (rested int) {
	present := make(map[*feed.Lane]bool, len(watched))
	l.entries.all(func(e *entry) bool {
		for f := range wire.Formats {
			lane := e.lanes[f].Load()
			if lane == nil {
				continue
			}
			present[lane] = true
			if last, seen := watched[lane]; !seen || lane.Watchers() > 0 {
				watched[lane] = now
			} else if now.Sub(last) >= idle {
				e.retire(int(f), lane)
			}
		}
		e.audience.Rest()
		if began := time.Now(); e.putAway(now) {
			// At a tenth of a processor: ten thousand matches that are
			// left alone together must not be felt in those that are played.
			time.Sleep(9 * time.Since(began))
			rested++
		}
		return l.run.Err() == nil
	})
	for lane := range watched {
		if !present[lane] {
			delete(watched, lane)
		}
	}
	return rested
}

// retire gives up a lane that nobody watches.
func (e *entry) retire(f int, lane *feed.Lane) {
	if lane.Retire() {
		e.lanes[f].CompareAndSwap(lane, nil)
	}
}

// putAway forgets the moment of a match that is over, is marked so in the
// catalogue, and has not been asked for lately. Where the mark is not right (a
// write failed) it is written again. A match that goes on is put to rest; that
// takes a few hundred microseconds.
func (e *entry) putAway(now time.Time) (toRest bool) {
	if !e.appending.try() {
		return false
	}
	defer e.ends()
	e.mu.Lock()
	defer e.mu.Unlock()
	m := e.now.Load()
	switch {
	case m == nil || m.deleted || e.damage.Load() != nil:
	case !e.described.Load().marks(m.view.State):
		e.live.settleLater(e)
	case now.Sub(time.Unix(0, e.used.Load())) < idle || e.hasLane():
	case m.end() != feed.Open || e.described.Load().Told != nil:
		if e.letGo() {
			e.listing(func() { e.now.Store(nil) })
		}
	case m.number() > 0:
		e.resting.Store(m.rest()) // lists show it as before
		e.now.Store(nil)
		return true
	}
	return false
}

// hasLane says whether there is a lane in any format. Called with mu held, so
// that none is being made.
func (e *entry) hasLane() bool {
	for f := range e.lanes {
		if e.lanes[f].Load() != nil {
			return true
		}
	}
	return false
}
