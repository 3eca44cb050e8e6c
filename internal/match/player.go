package match

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// players reads a list of them; an empty one is none (nil).
func players(value json.RawMessage) ([]Player, *Error) {
	var raw []json.RawMessage
	if value[0] != '[' || json.Unmarshal(value, &raw) != nil {
		return nil, malformed("", "expected a list of players")
	}
	var list []Player
	for i, v := range raw {
		p, err := player(v)
		if err != nil {
			return nil, err.below(index("", i))
		}
		list = append(list, p)
	}
	return list, nil
}

const playerForm = `expected a player, {"number":7,"name":"Luna"} or just 7`

// player reads {"number":7,"name":"Luna"} or 7.
func player(value json.RawMessage) (p Player, err *Error) {
	if value[0] != '{' {
		n, ok := whole(value)
		if !ok {
			return p, malformed("", playerForm)
		}
		return number(n)
	}
	o, err := readObject(value)
	if err != nil {
		return p, err
	}
	for _, key := range []string{"number", "name"} {
		if !o.has(key) {
			return p, malformed(key, "missing: "+playerForm)
		}
	}
	var name string
	for _, m := range o {
		switch m.key {
		case "number":
			n, ok := whole(m.value)
			if !ok {
				n = -1
			}
			if p, err = number(n); err != nil {
				return p, err.below("number")
			}
		case "name":
			if name, err = text(m.value); err != nil {
				return p, err.below("name")
			}
			if wrong := upTo(100)(name); wrong != "" {
				return p, malformed("name", "%s", wrong)
			}
		default:
			return p, malformed(shown(m.key), playerForm)
		}
	}
	p.Name = name
	return p, nil
}

func number(n int64) (Player, *Error) {
	if n < 0 || n > maxNumber {
		return Player{}, malformed("", "expected a whole number from 0 to %d", maxNumber)
	}
	return Player{Number: int(n)}, nil
}

// index names an entry of a list: players[3].
func index(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

// find looks for a number in a list.
func find(list []Player, number int) (at int, ok bool) {
	at = slices.IndexFunc(list, func(p Player) bool { return p.Number == number })
	return at, at >= 0
}

// firstKey is the first in alphabetical order: errors must not depend on a
// map's.
func firstKey(extra map[string]json.RawMessage) string {
	return slices.Min(slices.Collect(maps.Keys(extra)))
}
