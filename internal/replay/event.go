package replay

import (
	"encoding/json"
	"strings"

	"matchstream/internal/match"
)

// event is an event as the API shows it.
type event struct {
	ID       int64      `json:"id"`
	Position string     `json:"position"`
	Kind     match.Kind `json:"kind"`
	Data     details    `json:"data"`
}

// epoch is that of the event's position.
func (e event) epoch() string { return epochOf(e.Position) }

func epochOf(position string) string {
	_, epoch, _ := strings.Cut(position, "-")
	return epoch
}

// details are those of an event by key, as JSON: of a request or of an answer.
type details map[string]json.RawMessage

func decodeDetails(b []byte) details {
	var d details
	if json.Unmarshal(b, &d) != nil || d == nil {
		return details{}
	}
	return d
}

// text is a detail that is a string, or "".
func (d details) text(key string) string {
	var s string
	json.Unmarshal(d[key], &s)
	return s
}

// player is the first player of a detail in any of its forms.
func (d details) player(key string) string {
	if players, ok := readPlayers(d[key]); ok && len(players) > 0 {
		return players[0].Name
	}
	return ""
}
