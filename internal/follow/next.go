package follow

import (
	"fmt"

	"matchstream/internal/match"
)

// take gives a frame on, if it is the next.
func (f *follower) take(frame Frame) error {
	at := frame.Position
	same := f.same(at)
	switch {
	case frame.Status != nil:
		frame.Note = f.note(at, same)
		f.over = frame.Status.Period == match.Ended
	case f.known && same && at.ID <= f.at.ID:
		f.heard = true
		return nil // seen
	case f.known && (!same || at.ID != f.at.ID+1):
		return fmt.Errorf("event %v does not follow %v", at, f.at)
	default:
		f.over = frame.Event.Kind == match.Stop || f.over && frame.Event.Kind != match.Cancel
	}
	f.heard, f.at, f.known = true, at, true
	if err := f.Take(frame); err != nil {
		return takerError{err}
	}
	return nil
}

// same says whether a position is one of the history that is followed. Who
// began with a bare id takes whatever there is.
func (f *follower) same(at match.Position) bool {
	return f.at.Epoch == "" || f.at.Epoch == at.Epoch
}

// note says what a status means that comes at this moment.
func (f *follower) note(at match.Position, same bool) Note {
	switch {
	case !f.known:
		return Joined
	case !same || at.ID < f.at.ID:
		return Anew
	case at.ID > f.at.ID:
		return MovedOn
	}
	return Refreshed
}
