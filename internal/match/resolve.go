package match

// A roll is where the players of an event are looked up: the side as the
// event meets it, and, for an amend, as it is now.
type roll struct {
	then, now *Side
	// met are the players that the event itself made known so far.
	met []Player
}

func (r *roll) known(number int) (Player, bool) {
	if p, ok := r.then.known(number); ok {
		return p, true
	}
	if i, ok := find(r.met, number); ok {
		return r.met[i], true
	}
	return Player{}, false
}

// named fills in the name of a number, or holds it against the known one.
func (r *roll) named(p Player) (Player, *Error) {
	known, ok := r.known(p.Number)
	switch {
	case ok && p.Name == "":
		return known, nil
	case ok && p.Name != known.Name:
		return p, malformed("name", "number %d is %s: expected that name, or just the number", p.Number, known.Name)
	case !ok && p.Name == "" && r.now != nil:
		if known, ok = r.now.known(p.Number); ok {
			return known, nil
		}
	}
	if p.Name == "" {
		return p, malformed("number", "number %d is not known: send him with his name, "+playerForm, p.Number)
	}
	if !ok {
		r.met = append(r.met, p)
	}
	return p, nil
}

// one resolves a single player; nil stays nil.
func (r *roll) one(key string, p **Player) *Error {
	if *p == nil {
		return nil
	}
	named, err := r.named(**p)
	if err != nil {
		return err.below(key)
	}
	*p = &named
	return nil
}

// list resolves a line-up. One that defines its players takes any names.
func (r *roll) list(key string, list *[]Player, defines bool) *Error {
	var named []Player
	for i, p := range *list {
		if p.Name == "" || !defines {
			var err *Error
			if p, err = r.named(p); err != nil {
				return err.below(index(key, i))
			}
		}
		named = append(named, p)
	}
	*list = named
	return nil
}

// resolve gives every player of d his name. then is the match as the event
// meets it; now, for an amend, the match as it is. kind is that of the event,
// or of the amended one, and team and playerTeam whose players they are.
//
// A lineup says itself who its players are, and so do the lists of an amend:
// else no name could be put right.
func resolve(then, now *State, kind Kind, d *Details, whose *Details) *Error {
	if kind.extra() {
		return nil
	}
	rolls := func(side *Side) *roll {
		r := &roll{then: side}
		if now != nil {
			r.now = &now.Sides[Home]
			if side == &then.Sides[Visit] {
				r.now = &now.Sides[Visit]
			}
		}
		return r
	}
	defines := kind == Lineup || now != nil
	home, visit := rolls(&then.Sides[Home]), rolls(&then.Sides[Visit])
	if err := home.list("home_players", &d.HomePlayers, defines); err != nil {
		return err
	}
	if err := visit.list("visit_players", &d.VisitPlayers, defines); err != nil {
		return err
	}
	side := then.playersSide(whose)
	if side == nil {
		return nil // a kind without players
	}
	r := rolls(side)
	for _, x := range []struct {
		key string
		p   **Player
	}{{"player_out", &d.PlayerOut}, {"player_in", &d.PlayerIn}, {"player", &d.Player}, {"assist", &d.Assist}} {
		if err := r.one(x.key, x.p); err != nil {
			return err
		}
	}
	if err := r.list("players", &d.Players, defines); err != nil {
		return err
	}
	return r.list("substitutes", &d.Substitutes, defines)
}
