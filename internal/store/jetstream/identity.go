package jetstream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"matchstream/internal/store"
)

// identity is when the streams were made. They are never made anew while a store
// is open: whoever finds other ones, or none, is in front of another store.
type identity struct{ journal, catalogue time.Time }

func (i identity) of(stream string) time.Time {
	if stream == JournalStream {
		return i.journal
	}
	return i.catalogue
}

// isAnother looks whether a stream is another than at the start. Then the store is
// of no more use, and says so to all.
func (s *Store) isAnother(stream string, now State) bool {
	if !now.Created.Equal(s.known.of(stream)) {
		s.replace("it was made anew", stream)
		return true
	}
	return false
}

// replace notes that the store is another.
func (s *Store) replace(why, stream string) {
	if !s.replaced.Swap(true) {
		s.log.Error("store: another store is in its place", "name", stream, "cause", why, "do", "start this node anew; if nobody meant to replace it, restore the streams from a backup first")
	}
}

// state of a stream that is the one it was, and has at least what was shown: a
// leader that has less is none any more, or is not ready.
func (s *Store) state(ctx context.Context, stream string) (State, error) {
	ctx, cancel := s.link.Bound(ctx)
	defer cancel()
	for pause := firstPause; ; pause = min(2*pause, mostPause) {
		shown := s.shown.last() // before it is asked
		now, err := s.link.State(ctx, stream)
		if err != nil {
			return State{}, err
		}
		if s.isAnother(stream, now) {
			return State{}, s.ended()
		}
		if stream != JournalStream || now.Last >= uint64(shown) {
			return now, nil
		}
		if err := rest(ctx, pause); err != nil {
			if ended := s.ended(); ended != nil {
				return State{}, ended
			}
			return State{}, fmt.Errorf("%w: the leader has records to %d, %d was shown: %w", store.ErrUnavailable, now.Last, shown, err)
		}
	}
}

// A stream that is not there, or has lost its end, must be so for some looks until
// that is believed: in a cluster a leader that is cut off, or is about to begin, may
// say so for a moment, and that takes some ten seconds. A server that is alone knows
// the end of what it has loaded; until then it may say that there is no stream
// (nats-server v2.15: Account.EnableJetStream, of an account that comes later).
const (
	looksOfOne = 2
	looksOfAll = 15
)

// watchman looks at a stream now and then for whoever follows it.
type watchman struct {
	s      *Store
	stream string
	least  uint64    // the stream was shown to have this, whatever is in the store's memory
	odd    time.Time // since then each look found what cannot be; zero: the last did not
}

// look says what the stream has; store.ErrReplaced if it is another, or lacks for
// good what was shown. By one goroutine at a time.
func (w *watchman) look(ctx context.Context) (State, error) {
	least := w.least
	if w.stream == JournalStream {
		least = max(least, uint64(w.s.shown.last()))
	}
	looks := looksOfAll
	if w.s.link.Conn.ConnectedClusterName() == "" {
		looks = looksOfOne
	}
	now, err := w.s.link.State(ctx, w.stream)
	switch {
	case errors.Is(err, errNoStream):
		return State{}, w.none(ctx, err)
	case err != nil:
		return State{}, err
	case w.s.isAnother(w.stream, now):
		return State{}, w.s.ended()
	case now.Last < least:
		return State{}, w.doubt("its end is lost", looks, fmt.Errorf("%w: the stream %s ends with %d, %d was shown", store.ErrUnavailable, w.stream, now.Last, least))
	}
	w.odd = time.Time{}
	return now, nil
}

// none is what becomes of a stream that is said not to be there. Of one replica whose
// server loads it still, that server says so, too (nats-server v2.15:
// jsStreamInfoRequest); the servers' leader lists it meanwhile.
func (w *watchman) none(ctx context.Context, err error) error {
	listed, unasked := w.s.link.Listed(ctx, w.stream)
	switch {
	case unasked != nil:
		return unasked
	case listed:
		w.odd = time.Time{}
		return fmt.Errorf("%w: the stream %s is not loaded yet", store.ErrUnavailable, w.stream)
	}
	return w.doubt("there is no stream any more", looksOfAll, err)
}

// doubt for some looks what cannot be, and then believe it.
func (w *watchman) doubt(what string, looks int, err error) error {
	if w.odd.IsZero() {
		w.odd = time.Now()
	} else if time.Since(w.odd) >= time.Duration(looks)*w.s.look {
		w.s.replace(what, w.stream)
		return w.s.ended()
	}
	return err
}
