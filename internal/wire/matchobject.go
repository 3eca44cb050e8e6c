package wire

import "matchstream/internal/match"

// Match is GET /1/match/{id}, and the data of a status. The first nine keys
// are those of 2011 in its order.
type Match struct {
	Home           string         `json:"home" doc:"Team id"`
	HomePlayers    Players        `json:"home-players" doc:"On the pitch: names by number; {} before the start"`
	HomeScore      int            `json:"home-score"`
	Visit          string         `json:"visit" doc:"Team id"`
	VisitPlayers   Players        `json:"visit-players" doc:"On the pitch: names by number; {} before the start"`
	VisitScore     int            `json:"visit-score"`
	Period         match.Period   `json:"period"`
	StartTime      string         `json:"start_time" doc:"The match's day, in UTC" example:"2011-09-10"`
	ID             string         `json:"id" example:"elp-tig-2011-09-10"`
	Position       string         `json:"position" doc:"Of the last event" example:"31-k3f9a2"`
	HomeName       string         `json:"home-name,omitempty"`
	VisitName      string         `json:"visit-name,omitempty"`
	HomeLineup     []match.Player `json:"home-lineup" nullable:"false" doc:"home-players in order"`
	VisitLineup    []match.Player `json:"visit-lineup" nullable:"false" doc:"visit-players in order"`
	HomeBench      []match.Player `json:"home-bench" nullable:"false"`
	VisitBench     []match.Player `json:"visit-bench" nullable:"false"`
	HomeCards      []Card         `json:"home-cards" nullable:"false"`
	VisitCards     []Card         `json:"visit-cards" nullable:"false"`
	HomePenalties  int            `json:"home-penalties" doc:"Goals in the shoot-out"`
	VisitPenalties int            `json:"visit-penalties" doc:"Goals in the shoot-out"`
	Stadium        string         `json:"stadium,omitempty"`
	Competition    string         `json:"competition,omitempty"`
	Kickoff        string         `json:"kickoff,omitempty" doc:"RFC 3339, UTC" example:"2011-09-10T18:00:00Z"`
	Status         match.Status   `json:"status" enum:"scheduled,live,suspended,postponed,abandoned,ended"`
	PeriodStart    int64          `json:"period-start,omitempty" doc:"When the period began, Unix milliseconds, moved by the time suspended; left out before the start"`
	Speed          float64        `json:"speed" doc:"Of the match's clock; 0: none"`
	Statistics     Statistics     `json:"statistics"`
	Next           []match.Kind   `json:"next" nullable:"false" doc:"The kinds that can happen now"`
}

// Card is one card in a Match.
type Card struct {
	ID     int64   `json:"id" doc:"Of its event"`
	Card   string  `json:"card" enum:"yellow,red"`
	Player Players `json:"player,omitempty"`
	Staff  string  `json:"staff,omitempty" doc:"In place of player"`
	Minute string  `json:"minute,omitempty"`
}

// NewMatch is the match as it stands.
func NewMatch(v match.View) Match {
	s := v.State
	home, visit := s.Sides[match.Home], s.Sides[match.Visit]
	return Match{
		Home:           v.Info.Home,
		HomePlayers:    home.Lineup,
		HomeScore:      home.Score,
		Visit:          v.Info.Visit,
		VisitPlayers:   visit.Lineup,
		VisitScore:     visit.Score,
		Period:         s.Period,
		StartTime:      v.Info.Date,
		ID:             v.Info.ID,
		Position:       positionOf(v),
		HomeName:       v.Teams[match.Home].Name,
		VisitName:      v.Teams[match.Visit].Name,
		HomeLineup:     list(home.Lineup),
		VisitLineup:    list(visit.Lineup),
		HomeBench:      list(home.Bench),
		VisitBench:     list(visit.Bench),
		HomeCards:      cards(home.Cards),
		VisitCards:     cards(visit.Cards),
		HomePenalties:  home.Penalties,
		VisitPenalties: visit.Penalties,
		Stadium:        v.Info.Stadium,
		Competition:    v.Info.Competition,
		Kickoff:        v.Info.Kickoff,
		Status:         v.Status(),
		PeriodStart:    s.PeriodStart,
		Speed:          v.Info.Speed,
		Statistics:     Statistics{newCounts(home), newCounts(visit)},
		Next:           list(s.Next()),
	}
}

func cards(shown []match.CardShown) []Card {
	out := make([]Card, len(shown))
	for i, c := range shown {
		out[i] = Card{ID: c.ID, Card: c.Card, Player: one(c.Player), Staff: c.Staff, Minute: c.Minute}
	}
	return out
}

// list is s, never nil: an empty list is shown as [], not as null.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func positionOf(v match.View) string {
	return string(appendPosition(nil, match.Position{ID: v.State.LastID, Epoch: v.Info.Epoch}))
}
