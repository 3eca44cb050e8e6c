package follow

import (
	"fmt"
	"strconv"

	"matchstream/internal/match"
	"matchstream/internal/wire"
)

// parseTCP reads a frame of the line protocol with IDS:on.
func parseTCP(f wire.TCPFrame) (Frame, error) {
	id, ok := f.Detail("id")
	at, err := match.ParsePosition(id.Value)
	if !ok || err != nil {
		return Frame{}, fmt.Errorf("expected a position in a frame with IDS:on, got %s with %q", f.Kind, id.Value)
	}
	if f.Kind == "status" {
		return Frame{Position: at, Status: statusTCP(f)}, nil
	}
	return Frame{Position: at, Event: eventTCP(f, at)}, nil
}

func statusTCP(f wire.TCPFrame) *Status {
	s := &Status{Home: text(f, "home"), Visit: text(f, "visit"), Period: match.Period(value(f, "period"))}
	s.Score = [2]int{number(f, "home_score"), number(f, "visit_score")}
	_, s.Shootout = f.Detail("home_penalties")
	s.Penalties = [2]int{number(f, "home_penalties"), number(f, "visit_penalties")}
	return s
}

func eventTCP(f wire.TCPFrame, at match.Position) match.Event {
	e := match.Event{ID: at.ID, Timestamp: f.Time.UnixMilli(), Kind: match.Kind(f.Kind)}
	e.Details = match.Details{
		Team: text(f, "team"), PlayerTeam: text(f, "player_team"), Staff: text(f, "staff"), Coach: text(f, "coach"),
		Reason: text(f, "reason"), Comment: text(f, "comment"),
		Card: value(f, "card"), How: value(f, "how"), About: value(f, "about"), Outcome: value(f, "outcome"),
		Player: player(f, "player"), PlayerIn: player(f, "player_in"), PlayerOut: player(f, "player_out"), Assist: player(f, "assist"),
		Players: list(f, "players"), Substitutes: list(f, "substitutes"),
		HomePlayers: list(f, "home_players"), VisitPlayers: list(f, "visit_players"), Ref: int64(number(f, "ref")),
	}
	if _, ok := f.Detail("minutes"); ok {
		n := number(f, "minutes")
		e.Minutes = &n
	}
	return e
}

// value is a detail as it stands on the line; "" if it is not there.
func value(f wire.TCPFrame, key string) string {
	d, _ := f.Detail(key)
	return d.Value
}

func text(f wire.TCPFrame, key string) string {
	s, _ := wire.TCPText(value(f, key))
	return s
}

func number(f wire.TCPFrame, key string) int {
	n, _ := strconv.Atoi(value(f, key))
	return n
}

func player(f wire.TCPFrame, key string) *match.Player {
	if p, ok := wire.TCPPlayer(value(f, key)); ok {
		return &p
	}
	return nil
}

func list(f wire.TCPFrame, key string) []match.Player {
	d, _ := f.Detail(key)
	return d.Players
}
