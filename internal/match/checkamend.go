package match

import "slices"

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
	old := s.Log[d.Ref-1].Effective.Event()
	if err := fitAmend(old.Kind, d); err != nil {
		return err
	}
	then := s.before(d.Ref)
	whole := Amended(&old, &Event{Details: *d})
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
	whole = Amended(&old, &Event{Details: *d})
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
