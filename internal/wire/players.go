package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"matchstream/internal/match"
)

// Players is players as the first MatchStream showed them: one object with
// the numbers as keys, {"25":"Albil","14":"Mercado"}, in the order of the
// list. A single player is a list of one.
type Players []match.Player

// one is the list of a single player; nil for none.
func one(p *match.Player) Players {
	if p == nil {
		return nil
	}
	return Players{*p}
}

// MarshalJSON keeps the order, which a map would lose.
func (p Players) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, player := range p {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = strconv.AppendInt(b, int64(player.Number), 10)
		b = append(b, `":`...)
		b = append(b, encode(player.Name)...)
	}
	return append(b, '}'), nil
}

// UnmarshalJSON reads the object back, in its order.
func (p *Players) UnmarshalJSON(b []byte) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	if t, err := dec.Token(); err != nil || t == nil {
		return err
	} else if t != json.Delim('{') {
		return fmt.Errorf("players: expected an object of numbers and names, not %s", b)
	}
	players := Players{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		number, err := strconv.Atoi(key.(string))
		if err != nil {
			return fmt.Errorf("players: expected a number as key, not %q", key)
		}
		var name string
		if err := dec.Decode(&name); err != nil {
			return fmt.Errorf("players: expected a name for number %d: %w", number, err)
		}
		players = append(players, match.Player{Number: number, Name: name})
	}
	*p = players
	return nil
}
