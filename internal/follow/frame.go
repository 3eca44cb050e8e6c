package follow

import (
	"encoding/json"
	"fmt"

	"matchstream/internal/match"
	"matchstream/internal/wire"
)

// Frame is what the server said once: an event, or a status.
type Frame struct {
	Position match.Position
	Status   *Status // nil: an event
	Note     Note    // of a status
	// Event is one of any kind. Over TCP there is no minute, and the time is
	// cut to the second.
	Event match.Event
}

// Note is what a status means.
type Note int

const (
	Joined    Note = iota // the first frame, without a position
	Refreshed             // the picture after a correction, or the same again
	MovedOn               // events were left out, since this client was too slow
	Anew                  // what was asked for could not be had: the match is another than the one before
)

// Status is the match as it stands, as far as all protocols tell it.
type Status struct {
	Home, Visit         string // ids
	HomeName, VisitName string // "": not told
	Score               [2]int
	Shootout            bool // one has begun
	Penalties           [2]int
	Period              match.Period
	Standing            match.Status // "": not told
	PeriodStart         int64        // Unix milliseconds; 0: not told
	Speed               float64
}

// StatusOf is what the API tells of a match.
func StatusOf(m wire.Match) Status {
	return Status{
		Home: m.Home, Visit: m.Visit, HomeName: m.HomeName, VisitName: m.VisitName,
		Score: [2]int{m.HomeScore, m.VisitScore}, Penalties: [2]int{m.HomePenalties, m.VisitPenalties},
		Shootout: m.Period == match.Shootout || m.HomePenalties+m.VisitPenalties > 0,
		Period:   m.Period, Standing: m.Status, PeriodStart: m.PeriodStart, Speed: m.Speed,
	}
}

// parseObject reads the object that SSE and WebSocket carry.
func parseObject(b []byte) (Frame, error) {
	var head struct {
		Kind     match.Kind `json:"kind"`
		Position string     `json:"position"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return Frame{}, fmt.Errorf("expected an event: %w", err)
	}
	at, err := match.ParsePosition(head.Position)
	if err != nil || head.Kind == "" {
		return Frame{}, fmt.Errorf("expected an event with kind and position, got %.80q", b)
	}
	if head.Kind == "status" {
		var s wire.Status
		if err := json.Unmarshal(b, &s); err != nil {
			return Frame{}, fmt.Errorf("expected a status: %w", err)
		}
		status := StatusOf(s.Data)
		return Frame{Position: at, Status: &status}, nil
	}
	var e wire.Event
	if err := json.Unmarshal(b, &e); err != nil {
		return Frame{}, fmt.Errorf("expected an event: %w", err)
	}
	return Frame{Position: at, Event: eventOf(e)}, nil
}

// eventOf is an event as it was before it was put on the wire.
func eventOf(e wire.Event) match.Event {
	out := match.Event{ID: e.ID, Timestamp: e.Timestamp, Kind: e.Kind}
	d := e.Data
	if d == nil {
		return out
	}
	out.Forced = d.Forced
	out.Details = match.Details{
		Team: d.Team, Player: single(d.Player), PlayerIn: single(d.PlayerIn), PlayerOut: single(d.PlayerOut),
		PlayerTeam: d.PlayerTeam, Assist: single(d.Assist), Card: d.Card, How: d.How, Staff: d.Staff, Coach: d.Coach,
		Reason: d.Reason, About: d.About, Outcome: d.Outcome, Ref: d.Ref, Minutes: d.Minutes,
		Players: d.Players, Substitutes: d.Substitutes, HomePlayers: d.HomeLineup, VisitPlayers: d.VisitLineup,
		Minute: d.Minute, Comment: d.Comment, Extra: d.Extra, Removed: d.Removed,
	}
	return out
}

func single(p wire.Players) *match.Player {
	if len(p) == 0 {
		return nil
	}
	return &p[0]
}
