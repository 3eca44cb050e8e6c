package wire

import "matchstream/internal/match"

// Statistics are what was counted for each side.
type Statistics struct {
	Home  Counts `json:"home"`
	Visit Counts `json:"visit"`
}

// Counts has a number for each kind of match.Counted, in that order.
type Counts struct {
	Shot     int `json:"shot"`
	Offside  int `json:"offside"`
	Foul     int `json:"foul"`
	Corner   int `json:"corner"`
	Goalkick int `json:"goalkick"`
	Throwin  int `json:"throwin"`
	Freekick int `json:"freekick"`
	Save     int `json:"save"`
	Penalty  int `json:"penalty"`
}

func newCounts(s match.Side) Counts {
	n := s.Counts
	return Counts{n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8]}
}
