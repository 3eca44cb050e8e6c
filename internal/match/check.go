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

// checkAmend brings an amend into the form of what it amends.
func (s *State) checkAmend(d *Details) *Error {
	if err := amending(d); err != nil {
		return err
	}
	if err := s.when(Amend); err != nil {
		return err
	}
	if err := s.refer(&Event{Kind: Amend, Details: *d}); err != nil {
		return err
	}
	old := &s.Log[d.Ref-1].Effective
	if err := fitAmend(old.Kind, d); err != nil {
		return err
	}
	then := s.before(d.Ref)
	whole := amended(*old, &Event{Details: *d})
	if whole.PlayerTeam != "" && s.side(whole.PlayerTeam) == nil {
		return s.stranger("player_team", whole.PlayerTeam)
	}
	if whole.PlayerTeam != old.PlayerTeam {
		// Other numbers are meant now: those that stay must fit them too.
		both := whole.Details
		if err := resolve(&then, s, old.Kind, &both, &whole.Details); err != nil {
			return err
		}
	}
	if err := resolve(&then, s, old.Kind, d, &whole.Details); err != nil {
		return err
	}
	whole = amended(*old, &Event{Details: *d})
	if err := wellFormed(old.Kind, &whole.Details); err != nil {
		return err
	}
	if old.Kind == Start && (len(whole.HomePlayers) == 0 || len(whole.VisitPlayers) == 0) {
		return malformed("home_players", "a start keeps its line-ups: they can be replaced, not removed")
	}
	d.tidy()
	return nil
}

// fitAmend holds an amend's details against the kind of what it amends, and
// reads those that ParseRequest had to leave as they were.
func fitAmend(kind Kind, d *Details) *Error {
	f := forms[kind]
	fits := func(key string) *Error {
		switch {
		case key == "minute" || key == "comment" || kind.extra():
			return nil
		case key == "team":
			return malformed("team", "the team cannot be amended: cancel event %d and send it anew", d.Ref)
		case !f.takes(key):
			return malformed(shown(key), "event %d is a %s, which takes no such detail, expected %s", d.Ref, kind, f.words())
		}
		return nil
	}
	for _, x := range details {
		if x.key == "ref" || !x.in(d) {
			continue
		}
		if err := fits(x.key); err != nil {
			return err
		}
		if kind.extra() && x.key != "minute" && x.key != "comment" {
			return malformed(x.key, "event %d is of an x- kind: expected the detail in Extra", d.Ref)
		}
	}
	for _, key := range d.Removed {
		if err := fits(key); err != nil {
			return err
		}
	}
	if kind.extra() {
		return nil
	}
	d.Removed = slices.Clone(d.Removed)
	for _, x := range details {
		raw, ok := d.Extra[x.key]
		if !ok {
			continue
		}
		if err := fits(x.key); err != nil {
			return err
		}
		if err := x.read(d, raw); err != nil {
			return err
		}
		if !x.in(d) {
			d.Removed = append(d.Removed, x.key) // an empty list
		}
	}
	for key := range d.Extra {
		if _, ok := detailOf(key); !ok {
			return fits(firstUnknown(d))
		}
	}
	d.Extra = nil
	return nil
}

// firstUnknown is the first key that is no kind's detail.
func firstUnknown(d *Details) string {
	rest := make([]string, 0, len(d.Extra))
	for key := range d.Extra {
		if _, ok := detailOf(key); !ok {
			rest = append(rest, key)
		}
	}
	return slices.Min(rest)
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
