package faulty

import (
	"encoding/json"
	"strconv"
)

// object is an event, or a status, as JSON.
type object struct {
	ID        int64  `json:"id"`
	Position  string `json:"position"`
	Timestamp int64  `json:"timestamp"`
	Kind      string `json:"kind"`
	Data      any    `json:"data,omitempty"`
	Resumed   *bool  `json:"resumed,omitempty"`
}

// data is of an event.
type data struct {
	HomePlayers  map[string]string `json:"home_players,omitempty"`
	VisitPlayers map[string]string `json:"visit_players,omitempty"`
	HomeLineup   []player          `json:"home_lineup,omitempty"`
	VisitLineup  []player          `json:"visit_lineup,omitempty"`
	Minute       string            `json:"minute,omitempty"`
	Comment      string            `json:"comment,omitempty"`
}

func (g *game) event(e event) object {
	o := object{ID: e.id, Position: g.position(e.id), Timestamp: e.stamp, Kind: e.Kind}
	if e.Kind == "start" || e.Minute != "" || e.Comment != "" {
		o.Data = data{byNumber(e.Home), byNumber(e.Visit), e.Home, e.Visit, e.Minute, e.Comment}
	}
	return o
}

// match is the object of GET /1/match/{id}.
type match struct {
	Home         string            `json:"home"`
	HomePlayers  map[string]string `json:"home-players"`
	HomeScore    int               `json:"home-score"`
	Visit        string            `json:"visit"`
	VisitPlayers map[string]string `json:"visit-players"`
	VisitScore   int               `json:"visit-score"`
	Period       string            `json:"period"`
	StartTime    string            `json:"start_time"`
	ID           string            `json:"id"`
	Position     string            `json:"position"`
	HomeLineup   []player          `json:"home-lineup"`
	VisitLineup  []player          `json:"visit-lineup"`
	Status       string            `json:"status"`
	Speed        float64           `json:"speed"`
}

func (m moment) object() match {
	status := map[string]string{"not_started": "scheduled", "ended": "ended"}[m.period]
	if status == "" {
		status = "live"
	}
	return match{
		Home: m.home, HomePlayers: byNumber(m.lineups[0]), HomeLineup: append([]player{}, m.lineups[0]...),
		Visit: m.visit, VisitPlayers: byNumber(m.lineups[1]), VisitLineup: append([]player{}, m.lineups[1]...),
		Period: m.period, StartTime: m.date, ID: m.id, Position: m.position(m.last), Status: status, Speed: 1,
	}
}

// status is the first object of a stream.
func (m moment) status(resumed bool) object {
	o := object{ID: m.last, Position: m.position(m.last), Timestamp: m.stamp, Kind: "status", Data: m.object()}
	if !resumed {
		o.Resumed = &resumed
	}
	return o
}

func byNumber(players []player) map[string]string {
	all := map[string]string{}
	for _, p := range players {
		all[strconv.Itoa(p.Number)] = p.Name
	}
	return all
}

// asJSON is v, which can always be JSON.
func asJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
