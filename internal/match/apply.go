package match

import "fmt"

// Apply folds a stored event into a match. It is pure: s stays as it is, and
// may be applied to again, also at the same time. The rules hold here as they
// do in Check, so that an event is taken on every node or on none; what they
// doubt about players is lifted by e.Forced. The form of the event is
// trusted. An error is a *Error: Refused, or Malformed where a team or a ref is
// not of this match; then the state returned is s.
//
// A cancel or amend folds the whole log again, without the event or with its
// new details, and fails if what came later does not hold.
func Apply(s State, e Event) (State, error) {
	next, err := s.apply(e)
	if err != nil {
		if err.Reason == Refused {
			err.Next = s.Next()
		}
		return s, err
	}
	return next, nil
}

// Fold makes a match of its whole log.
func Fold(home, visit string, speed float64, events []Event) (State, error) {
	s := New(home, visit, speed)
	for _, e := range events {
		var err error
		if s, err = Apply(s, e); err != nil {
			return s, fmt.Errorf("event %d (%s): %w", e.ID, e.Kind, err)
		}
	}
	return s, nil
}

// apply works on its own copy of s.
func (s State) apply(e Event) (State, *Error) {
	if e.ID != s.LastID+1 {
		return s, refused("id", "event %d cannot follow event %d", e.ID, s.LastID)
	}
	s.share(&e)
	if err := s.when(e.Kind); err != nil {
		return s, err
	}
	if err := s.refer(&e); err != nil {
		return s, err
	}
	var err *Error
	switch e.Kind {
	case Cancel:
		err = s.refold(e.Ref, func(x *Entry) { x.Cancelled = e.ID })
	case Amend:
		err = s.refold(e.Ref, func(x *Entry) { old := x.Effective.Event(); x.Effective = keep(Amended(&old, &e)) })
	default:
		err = s.play(&e)
	}
	if err != nil {
		return s, err
	}
	s.record(e)
	return s, nil
}

// refer checks the event that another one names. It is looked at once, when
// the event is stored: a var's goal may be cancelled later, as it is when the
// goal was overturned.
func (s *State) refer(e *Event) *Error {
	if e.Ref == 0 && e.Kind != Cancel && e.Kind != Amend || e.Kind.extra() {
		return nil
	}
	if e.Ref < 1 || e.Ref > int64(len(s.Log)) {
		return malformed("ref", "expected the id of an event of this match, there is no event %d", e.Ref)
	}
	x := &s.Log[e.Ref-1]
	switch {
	case x.Event.Kind == Cancel || x.Event.Kind == Amend:
		return malformed("ref", "expected an event that is no cancel or amend itself, event %d is one", e.Ref)
	case x.Cancelled != 0:
		return refused("ref", "event %d was cancelled by event %d", e.Ref, x.Cancelled)
	}
	return nil
}
