package match

import "slices"

// Check is everything that happens to an operator's request before it is
// stored: its form against this match, the names of its players, the rules,
// the mark of being forced, id, time and minute. It returns the event as it
// is to be stored and the match after it; Apply of the one makes the other.
//
// at is now in Unix milliseconds, by the name of the operator's token. The
// error is a *Error: Malformed, or Refused with Next.
func Check(s State, r Request, at int64, by string) (Event, State, error) {
	e, next, err := s.check(r, at, by)
	if err != nil {
		if err.Reason == Refused {
			err.Next = s.Next()
		}
		return Event{}, s, err
	}
	return e, next, nil
}

func (s State) check(r Request, at int64, by string) (Event, State, *Error) {
	e := Event{ID: s.LastID + 1, Timestamp: max(s.LastTimestamp, at), Kind: r.Kind, By: by, Details: r.Details}
	var err *Error
	if r.Kind == Amend {
		err = s.checkAmend(&e.Details)
	} else {
		err = s.checkEvent(&e)
	}
	if err != nil {
		return e, s, err
	}
	// The journal's event comes back through Apply, which is to find the
	// room in the log: this fold, which may never come true, copies.
	trial := s
	trial.room = nil
	next, err := trial.apply(e)
	if err != nil && err.doubt && r.Force {
		e.Forced = true
		next, err = trial.apply(e)
	}
	return e, next, err
}

func (s *State) checkEvent(e *Event) *Error {
	d := &e.Details
	if err := wellFormed(e.Kind, d); err != nil {
		return err
	}
	if d.Team != "" && s.side(d.Team) == nil {
		return s.stranger("team", d.Team)
	}
	if d.PlayerTeam != "" && s.side(d.PlayerTeam) == nil {
		return s.stranger("player_team", d.PlayerTeam)
	}
	if err := s.when(e.Kind); err != nil {
		return err
	}
	if e.Kind == Start {
		if err := s.complete(d); err != nil {
			return err
		}
	}
	if err := resolve(s, nil, e.Kind, d, d); err != nil {
		return err
	}
	if d.Minute == "" {
		d.Minute = s.Minute(e.Timestamp)
	}
	d.tidy()
	return nil
}

// complete fills in the line-ups that a start leaves out.
func (s *State) complete(d *Details) *Error {
	for side, x := range []struct {
		key  string
		list *[]Player
	}{{"home_players", &d.HomePlayers}, {"visit_players", &d.VisitPlayers}} {
		if len(*x.list) == 0 {
			*x.list = s.Sides[side].Announced
		}
		if len(*x.list) == 0 {
			return malformed(x.key, "missing: expected 7 to 11 players, %s has announced no line-up", s.Teams[side])
		}
	}
	return nil
}

// tidy makes the details the same as after a way through the journal: what is
// empty is nil, what was removed is in order.
func (d *Details) tidy() {
	for _, list := range []*[]Player{&d.Players, &d.Substitutes, &d.HomePlayers, &d.VisitPlayers} {
		if len(*list) == 0 {
			*list = nil
		}
	}
	if len(d.Extra) == 0 {
		d.Extra = nil
	}
	d.Removed = slices.Compact(slices.Sorted(slices.Values(d.Removed)))
	if len(d.Removed) == 0 {
		d.Removed = nil
	}
}
