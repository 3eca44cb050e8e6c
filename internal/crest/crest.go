// Package crest invents a crest for a team: a shield, how it is divided, two
// colours, initials. It describes; who shows it draws it. The same team always
// gets the same crest.
package crest

import (
	"hash/fnv"

	"matchstream/internal/match"
)

// A Form is the outline of a shield.
type Form string

// A Division is how the second colour lies on the first.
type Division string

// The forms and divisions there are.
const (
	Heater Form = "heater" // the shield of the knights
	French Form = "french" // square, with a point below
	Round  Form = "round"
	Tall   Form = "tall" // shoulders curved inwards

	Plain    Division = "plain" // the second colour is the rim
	Stripes  Division = "stripes"
	Halves   Division = "halves"
	Quarters Division = "quarters"
	Sash     Division = "sash"
	Hoops    Division = "hoops"
	Chief    Division = "chief" // a band across the top
	Chevron  Division = "chevron"
)

var (
	forms     = [...]Form{Heater, French, Round, Tall}
	divisions = [...]Division{Stripes, Halves, Sash, Hoops, Chief, Chevron, Quarters, Plain}
)

// Crest of a team.
type Crest struct {
	Form     Form
	Division Division
	First    Colour // the field
	Second   Colour // what lies on it
	Ink      Colour // black or white: what is read on First
	Initials string // one to three letters, "" where the name has none
}

// Of is the team's crest: of its own colours where they are understood, else
// of a pair chosen by its id.
func Of(t match.Team) Crest {
	n := number(t.ID)
	c := Crest{Form: forms[n%4], Division: divisions[n/4%8], Initials: initials(t)}
	c.First, c.Second = coloursOf(t.Colours, pairs[n/32%uint32(len(pairs))])
	c.Ink = c.First.Ink()
	return c
}

// Shirts are what two teams wear against each other: their first colours, or
// for the visitors their second one where they could be mistaken for the home
// team; where that could be, too, black or white.
func Shirts(home, visit Crest) [2]Colour {
	for _, c := range []Colour{visit.First, visit.Second, White, Black} {
		if home.First.far(c) {
			return [2]Colour{home.First, c}
		}
	}
	return [2]Colour{home.First, home.First.Ink()} // cannot be: nothing is near to both
}

// number is a team's, the same on every node and in every version.
func number(id string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(id))
	n := h.Sum32()
	return n ^ n>>15 // FNV's lowest bits alone say little of short ids
}
