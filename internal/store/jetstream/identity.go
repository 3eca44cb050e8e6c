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

// gone is how many looks in a row must find no stream, or one that has lost its
// end, until that is believed: a leader that is cut off, or is about to begin, may
// say so for a moment.
const gone = 15

// watchman looks at a stream now and then for whoever follows it.
type watchman struct {
	s      *Store
	stream string
	odd    int // looks in a row that found what cannot be
}

// look says what the stream has; store.ErrReplaced if it is another, or lacks what
// was shown.
func (w *watchman) look(ctx context.Context, from uint64) (State, error) {
	now, err := w.s.link.State(ctx, w.stream)
	switch {
	case errors.Is(err, errNoStream):
		w.odd++
		if w.odd >= gone || w.s.link.Replicas == 1 && w.odd > 1 {
			w.s.replace("there is no stream any more", w.stream)
			return State{}, w.s.ended()
		}
		return State{}, err
	case err != nil:
		return State{}, err
	case w.s.isAnother(w.stream, now):
		return State{}, w.s.ended()
	case now.Last < from:
		w.odd++
		if w.odd >= gone || w.s.link.Replicas == 1 && w.odd > 1 {
			w.s.replace("its end is lost", w.stream)
			return State{}, w.s.ended()
		}
		return now, nil
	}
	w.odd = 0
	return now, nil
}
