package wire

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"matchstream/internal/match"
)

// appendTCPDetails writes the detail lines in their fixed order: the six that
// the first MatchStream knew, then the further ones as each kind's row in the
// table of kinds has them, then the comment. The minute and what an amend
// removed have no line, so that a client of 2011 sees only what it knows.
func appendTCPDetails(b []byte, k match.Kind, d match.Details) []byte {
	b = appendTCPPlayer(b, "player_out", d.PlayerOut)
	b = appendTCPPlayer(b, "player", d.Player)
	b = appendTCPWord(b, "card", d.Card)
	b = appendTCPText(b, "team", d.Team)
	b = appendTCPPlayer(b, "player_in", d.PlayerIn)
	b = appendTCPText(b, "player_team", d.PlayerTeam)

	// What a cancel or an amend is about comes before what it says; a var's
	// ref is an afterthought.
	refFirst := k == match.Cancel || k == match.Amend
	if refFirst {
		b = appendTCPRef(b, d.Ref)
	}
	b = appendTCPList(b, "players", d.Players)
	b = appendTCPList(b, "substitutes", d.Substitutes)
	b = appendTCPText(b, "coach", d.Coach)
	b = appendTCPList(b, "home_players", d.HomePlayers)
	b = appendTCPList(b, "visit_players", d.VisitPlayers)
	if d.Minutes != nil {
		b = appendTCPNumber(b, "minutes", int64(*d.Minutes))
	}
	b = appendTCPPlayer(b, "assist", d.Assist)
	b = appendTCPWord(b, "how", d.How)
	b = appendTCPText(b, "staff", d.Staff)
	b = appendTCPText(b, "reason", d.Reason)
	b = appendTCPWord(b, "about", d.About)
	b = appendTCPWord(b, "outcome", d.Outcome)
	if !refFirst {
		b = appendTCPRef(b, d.Ref)
	}
	b = appendTCPExtra(b, d.Extra)
	return appendTCPText(b, "comment", d.Comment)
}

func appendTCPRef(b []byte, ref int64) []byte {
	if ref == 0 {
		return b
	}
	return appendTCPNumber(b, "ref", ref)
}

// appendTCPExtra writes the details of an x- kind by the bytes of their keys:
// strings as text, numbers and true or false bare, the rest as JSON in a text.
func appendTCPExtra(b []byte, extra map[string]json.RawMessage) []byte {
	if len(extra) == 0 {
		return b
	}
	for _, key := range slices.Sorted(maps.Keys(extra)) {
		var v any
		raw := compact(extra[key])
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber() // 1e999 is a number too
		if err := d.Decode(&v); err != nil {
			v = nil
		}
		switch v := v.(type) {
		case string:
			b = appendTCPTextLine(b, key, v)
		case json.Number, bool:
			b = appendTCPWord(b, key, string(raw))
		default:
			b = appendTCPTextLine(b, key, string(raw))
		}
	}
	return b
}

// appendTCPList writes a list of players, unless there is none.
func appendTCPList(b []byte, key string, players []match.Player) []byte {
	if len(players) == 0 {
		return b
	}
	return appendTCPPlayers(b, key, players)
}

// appendTCPPlayers writes a list of players; an empty one is its header alone.
func appendTCPPlayers(b []byte, key string, players []match.Player) []byte {
	b = appendTCPKey(b, key)
	b = append(b, '\n')
	for _, p := range players {
		b = append(b, "\t\t "...)
		b = appendNamed(b, p)
	}
	return b
}

func appendTCPPlayer(b []byte, key string, p *match.Player) []byte {
	if p == nil {
		return b
	}
	b = appendTCPKey(b, key)
	b = append(b, ' ')
	return appendNamed(b, *p)
}

// appendNamed writes "Luna (7) \n", with the space that 2011 had there.
func appendNamed(b []byte, p match.Player) []byte {
	b = appendName(b, p.Name)
	b = append(b, " ("...)
	b = strconv.AppendInt(b, int64(p.Number), 10)
	return append(b, ") \n"...)
}

func appendTCPNumber(b []byte, key string, n int64) []byte {
	b = appendTCPKey(b, key)
	b = append(b, ' ')
	b = strconv.AppendInt(b, n, 10)
	return append(b, '\n')
}

func appendTCPWord(b []byte, key, word string) []byte {
	if word == "" {
		return b
	}
	b = appendTCPKey(b, key)
	b = append(b, ' ')
	b = append(b, word...)
	return append(b, '\n')
}

func appendTCPText(b []byte, key, text string) []byte {
	if text == "" {
		return b
	}
	return appendTCPTextLine(b, key, text)
}

func appendTCPTextLine(b []byte, key, text string) []byte {
	b = appendTCPKey(b, key)
	b = append(b, ' ')
	b = appendText(b, text)
	return append(b, '\n')
}

func appendTCPKey(b []byte, key string) []byte {
	b = append(b, '\t')
	b = append(b, key...)
	return append(b, ':')
}
