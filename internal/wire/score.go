package wire

import "matchstream/internal/match"

// Score is one match on the board of all matches (GET /1/stream).
type Score struct {
	Match          string       `json:"match" doc:"Match id"`
	HomeScore      int          `json:"home-score"`
	VisitScore     int          `json:"visit-score"`
	Period         match.Period `json:"period"`
	Minute         string       `json:"minute,omitempty" doc:"Minute of play, while playing" example:"45+2"`
	Status         match.Status `json:"status"`
	Home           string       `json:"home" doc:"Team id"`
	Visit          string       `json:"visit" doc:"Team id"`
	HomeName       string       `json:"home-name,omitempty"`
	VisitName      string       `json:"visit-name,omitempty"`
	HomePenalties  *int         `json:"home-penalties,omitempty" doc:"Goals in the shoot-out, once it has begun"`
	VisitPenalties *int         `json:"visit-penalties,omitempty" doc:"Goals in the shoot-out, once it has begun"`
	StartTime      string       `json:"start_time" doc:"The match's day, in UTC"`
	Kickoff        string       `json:"kickoff,omitempty"`
	Competition    string       `json:"competition,omitempty"`
	PeriodStart    int64        `json:"period-start,omitempty" doc:"When the period began, Unix milliseconds"`
	Speed          float64      `json:"speed"`
	// Position and Revision are what an edge needs to know of a match that it does not follow.
	Position string `json:"position" doc:"Of the last event when this was sent; an event alone is no reason to send it, unless the match is over" example:"17-k3f9a2"`
	Revision int    `json:"revision,omitempty" doc:"Rises with each change of match or teams that is no event"`
}

// NewScore is the line of a match on the board. minute is its minute now, ""
// where none is played.
func NewScore(v match.View, minute string) Score {
	home, visit := v.State.Sides[match.Home], v.State.Sides[match.Visit]
	s := Score{
		Match:       v.Info.ID,
		HomeScore:   home.Score,
		VisitScore:  visit.Score,
		Period:      v.State.Period,
		Minute:      minute,
		Status:      v.Status(),
		Home:        v.Info.Home,
		Visit:       v.Info.Visit,
		HomeName:    v.Teams[match.Home].Name,
		VisitName:   v.Teams[match.Visit].Name,
		StartTime:   v.Info.Date,
		Kickoff:     v.Info.Kickoff,
		Competition: v.Info.Competition,
		PeriodStart: v.State.PeriodStart,
		Speed:       v.Info.Speed,
		Position:    positionOf(v),
		Revision:    v.Revision(),
	}
	if v.State.Shootout {
		s.HomePenalties, s.VisitPenalties = &home.Penalties, &visit.Penalties
	}
	return s
}

// AppendScore appends an event of the board to b. It has no id: the board
// cannot be resumed, it begins anew.
func AppendScore(b []byte, s Score) []byte {
	return appendSSEBody(b, "match", encode(s))
}

// AppendGone appends the event that tells of a deleted match to b. It always
// has data, since EventSource dispatches no event without.
func AppendGone(b []byte, matchID string) []byte {
	return appendSSEBody(b, "gone", encode(struct {
		Match string `json:"match,omitempty"`
	}{matchID}))
}

// Team is a team as the board and the API tell of it.
type Team struct {
	ID       string   `json:"id" example:"elp"`
	Name     string   `json:"name" example:"Estudiantes de La Plata"`
	Division string   `json:"division,omitempty"`
	Colours  []string `json:"colours,omitempty"`
}

// AppendTeam appends the event of the board that tells of a team which is new or
// was changed to b.
func AppendTeam(b []byte, t match.Team) []byte {
	return appendSSEBody(b, "team", encode(Team{ID: t.ID, Name: t.Name, Division: t.Division, Colours: t.Colours}))
}
