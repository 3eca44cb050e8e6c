package match

import (
	"slices"
	"strconv"
)

// share lets an event that came from the journal use the strings that the
// match has already. Else a match consists of hundreds of copies of "goal", of
// its two teams and of its players' names, each a small thing on the heap that
// shares a page with what lives longer. It changes nothing that others see:
// players are copied.
func (s *State) share(e *Event) {
	if i := slices.Index(kinds[:], e.Kind); i >= 0 {
		e.Kind = kinds[i]
	}
	for _, team := range s.Teams {
		same(&e.Team, team)
		same(&e.PlayerTeam, team)
	}
	if n, err := strconv.Atoi(e.Minute); err == nil {
		same(&e.Minute, strconv.Itoa(n)) // below 100 it is in the program
	}
	if len(s.Log) > 0 {
		last := s.Log[len(s.Log)-1].Event
		same(&e.By, last.by)
		same(&e.Minute, last.Minute)
	}
	side := s.playersSide(&e.Details)
	if side == nil {
		return
	}
	for _, p := range []**Player{&e.Player, &e.PlayerIn, &e.PlayerOut, &e.Assist} {
		if *p == nil {
			continue
		}
		if known, ok := side.known((*p).Number); ok && known == **p {
			*p = &known
		}
	}
}

// same makes to use the string that is, if they are equal.
func same(to *string, is string) {
	if *to == is {
		*to = is
	}
}
