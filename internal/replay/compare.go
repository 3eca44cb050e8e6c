package replay

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"

	"matchstream/internal/match"
)

// shows says whether the event of the history is what line i of the script
// asked for: the same kind, and every detail that the line gives. What the
// server added (names, line-ups, a minute) does not count, nor does force.
func (s *script) shows(i int, e event, ids []int64) bool {
	l := s.lines[i]
	if e.Kind != l.kind {
		return false
	}
	for key, asked := range l.details {
		switch key {
		case "kind", "force":
			continue
		case "ref":
			if l.ref > 0 && l.ref <= int64(len(ids)) {
				asked = json.RawMessage(strconv.FormatInt(ids[l.ref-1], 10))
			}
		case "home_players", "visit_players":
			// The object of 2011 has no order; the line-up has.
			key = key[:len(key)-len("players")] + "lineup"
		}
		if !sameDetail(asked, e.Data[key]) {
			return false
		}
	}
	return true
}

// sameDetail compares players by number, and by name where both give one;
// anything else as JSON. What is left out is null.
func sameDetail(asked, stored json.RawMessage) bool {
	if isNull(asked) || isNull(stored) {
		return isNull(asked) && isNull(stored)
	}
	var a, b any
	if json.Unmarshal(asked, &a) != nil || json.Unmarshal(stored, &b) != nil {
		return false
	}
	if sameJSON(a, b) {
		return true
	}
	as, ok := readPlayers(asked)
	bs, ok2 := readPlayers(stored)
	return ok && ok2 && slices.EqualFunc(as, bs, func(a, b match.Player) bool {
		return a.Number == b.Number && (a.Name == b.Name || a.Name == "" || b.Name == "")
	})
}

func isNull(b json.RawMessage) bool {
	return len(b) == 0 || bytes.Equal(bytes.TrimSpace(b), []byte("null"))
}

func sameJSON(a, b any) bool {
	// Marshal sorts the keys: equal values have equal bytes.
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err == nil && err2 == nil && bytes.Equal(x, y)
}

// readPlayers reads one player or a list in each form that the API takes or
// shows: 7, {"number":7,"name":"Luna"}, {"7":"Luna"}, and lists of the first
// two.
func readPlayers(b json.RawMessage) ([]match.Player, bool) {
	var list []json.RawMessage
	if json.Unmarshal(b, &list) == nil && list != nil {
		var out []match.Player
		for _, one := range list {
			players, ok := readPlayers(one)
			if !ok || len(players) != 1 {
				return nil, false
			}
			out = append(out, players[0])
		}
		return out, true
	}
	var number int
	if json.Unmarshal(b, &number) == nil {
		return []match.Player{{Number: number}}, true
	}
	var full struct {
		Number *int   `json:"number"`
		Name   string `json:"name"`
	}
	if json.Unmarshal(b, &full) == nil && full.Number != nil {
		return []match.Player{{Number: *full.Number, Name: full.Name}}, true
	}
	var shown map[string]string
	if json.Unmarshal(b, &shown) != nil || len(shown) != 1 {
		return nil, false
	}
	for key, name := range shown {
		n, err := strconv.Atoi(key)
		return []match.Player{{Number: n, Name: name}}, err == nil
	}
	return nil, false
}
