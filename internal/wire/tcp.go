package wire

import (
	"strconv"
	"time"

	"matchstream/internal/match"
)

// appendTCPEvent writes an event as a frame of the line protocol: a header,
// a line for each detail, and the empty line that alone ends in \r\n.
func appendTCPEvent(b []byte, e match.Event, epoch string, ids bool) []byte {
	b = appendTCPHeader(b, e.Timestamp, string(e.Kind))
	b = appendTCPDetails(b, e.Kind, e.Details)
	return appendTCPEnd(b, match.Position{ID: e.ID, Epoch: epoch}, ids)
}

// appendTCPStatus writes the picture of the match that a watcher begins with.
func appendTCPStatus(b []byte, v match.View, ids bool) []byte {
	s := v.State
	home, visit := s.Sides[match.Home], s.Sides[match.Visit]

	b = appendTCPHeader(b, statusTime(v), "status")
	b = appendTCPText(b, "home", v.Info.Home)
	b = appendTCPPlayers(b, "home_players", home.Lineup)
	b = appendTCPNumber(b, "home_score", int64(home.Score))
	b = appendTCPText(b, "visit", v.Info.Visit)
	b = appendTCPPlayers(b, "visit_players", visit.Lineup)
	b = appendTCPNumber(b, "visit_score", int64(visit.Score))
	if s.Shootout {
		b = appendTCPNumber(b, "home_penalties", int64(home.Penalties))
		b = appendTCPNumber(b, "visit_penalties", int64(visit.Penalties))
	}
	b = appendTCPWord(b, "period", string(s.Period))
	return appendTCPEnd(b, match.Position{ID: s.LastID, Epoch: v.Info.Epoch}, ids)
}

// AppendTCPError appends the one frame of a connection that is refused.
// sentence is for a person; control characters in it become spaces, since it
// may quote what the client sent.
func AppendTCPError(b []byte, sentence string) []byte {
	b = append(b, "ERROR: "...)
	b = appendName(b, sentence)
	return append(b, "\n\r\n"...)
}

// appendTCPHeader cuts the time to the second, as the first MatchStream did.
func appendTCPHeader(b []byte, timestamp int64, kind string) []byte {
	b = time.UnixMilli(timestamp).UTC().AppendFormat(b, time.DateTime)
	b = append(b, ": "...)
	b = append(b, kind...)
	return append(b, ":\n"...)
}

func appendTCPEnd(b []byte, at match.Position, ids bool) []byte {
	if ids {
		b = append(b, "\tid: "...)
		b = appendPosition(b, at)
		b = append(b, '\n')
	}
	return append(b, "\r\n"...)
}

// appendPosition is Position.String without its allocation.
func appendPosition(b []byte, p match.Position) []byte {
	b = strconv.AppendInt(b, p.ID, 10)
	if p.Epoch == "" {
		return b
	}
	b = append(b, '-')
	return append(b, p.Epoch...)
}
