package match

import (
	"slices"
	"strconv"
)

// The lists of a Side are shared by the states before and after: these
// functions replace them and never change them in place.

// with is list and p behind it, in memory of its own.
func with(list []Player, p Player) []Player { return append(slices.Clip(list), p) }

// without is list without a number: list itself where it is not in it.
func without(list []Player, number int) []Player {
	i, ok := find(list, number)
	if !ok {
		return list
	}
	return slices.Concat(list[:i], list[i+1:])
}

// known finds a player of the side by his number, wherever he is.
func (s *Side) known(number int) (Player, bool) {
	for _, list := range [...][]Player{s.Lineup, s.Bench, s.Gone, s.Announced} {
		if i, ok := find(list, number); ok {
			return list[i], true
		}
	}
	return Player{}, false
}

// meet makes a player known who is not yet: he sits on the bench.
func (s *Side) meet(p Player) {
	if _, ok := s.known(p.Number); !ok {
		s.Bench = with(s.Bench, p)
	}
}

// leave takes a player off the pitch, or the bench, for good.
func (s *Side) leave(p Player) {
	s.Lineup = without(s.Lineup, p.Number)
	s.Bench = without(s.Bench, p.Number)
	if _, ok := find(s.Gone, p.Number); !ok {
		s.Gone = with(s.Gone, p)
	}
}

// replace lets in stand where out stood. Whatever the rules say to it, the
// side stays one: no number is in two places.
func (s *Side) replace(out, in Player) {
	at, wasOn := find(s.Lineup, out.Number)
	if out.Number != in.Number {
		s.leave(out)
	}
	s.Bench = without(s.Bench, in.Number)
	s.Gone = without(s.Gone, in.Number)
	switch _, isOn := find(s.Lineup, in.Number); {
	case isOn:
	case wasOn:
		s.Lineup = slices.Insert(slices.Clone(s.Lineup), min(at, len(s.Lineup)), in)
	default:
		s.Lineup = with(s.Lineup, in)
	}
}

// begin puts a line-up on the pitch; whoever else was announced is free to
// come on.
func (s *Side) begin(lineup []Player) {
	var bench []Player
	for _, p := range slices.Concat(s.Announced, s.Bench) {
		if _, on := find(lineup, p.Number); !on {
			bench = append(bench, p)
		}
	}
	s.Lineup, s.Bench, s.Announced = lineup, bench, nil
}

// booked says whether a player has a yellow card that counts now: those of
// the match do not in the shoot-out.
func (s *Side) booked(number int, shootout bool) bool {
	return slices.ContainsFunc(s.Cards, func(c CardShown) bool {
		return c.Card == "yellow" && c.Player != nil && c.Player.Number == number && c.Shootout == shootout
	})
}

// String is the player as messages show him: Luna (7).
func (p Player) String() string {
	if p.Name == "" {
		return "number " + strconv.Itoa(p.Number)
	}
	return p.Name + " (" + strconv.Itoa(p.Number) + ")"
}
