package match

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// A form is what a kind says: the keys it must have, and those it may have.
// Every kind may have minute and comment besides.
type form struct{ need, may []string }

var forms = map[Kind]form{
	Lineup:       {need: []string{"team", "players"}, may: []string{"substitutes", "coach"}},
	Start:        {may: []string{"home_players", "visit_players"}}, // a stored one has both
	Halftime:     {},
	Continue:     {},
	Extratime:    {},
	Penalties:    {},
	Stop:         {},
	Addedtime:    {need: []string{"minutes"}},
	Goal:         {need: []string{"team", "player"}, may: []string{"player_team", "assist", "how"}},
	Miss:         {need: []string{"team", "player"}, may: []string{"how"}},
	Shot:         counted,
	Offside:      counted,
	Foul:         counted,
	Corner:       counted,
	Goalkick:     counted,
	Throwin:      counted,
	Freekick:     counted,
	Save:         counted,
	Penalty:      counted,
	Card:         {need: []string{"team", "card"}, may: []string{"player", "staff", "reason"}},
	Substitution: {need: []string{"team", "player_out", "player_in"}},
	Var:          {need: []string{"about", "outcome"}, may: []string{"ref"}},
	Cancel:       {need: []string{"ref"}, may: []string{"reason"}},
	Comment:      {need: []string{"comment"}},
	Suspend:      {may: []string{"reason"}},
	Resume:       {may: []string{"reason"}},
	Abandon:      {may: []string{"reason"}},
}

var counted = form{need: []string{"team"}, may: []string{"player"}}

// takes says whether the kind has such a detail.
func (f form) takes(key string) bool {
	return key == "minute" || key == "comment" || slices.Contains(f.need, key) || slices.Contains(f.may, key)
}

// words lists the form's keys for a message, the optional ones in brackets.
func (f form) words() string {
	words := slices.Clone(f.need)
	for _, key := range f.may {
		words = append(words, "["+key+"]")
	}
	if !slices.Contains(f.need, "comment") {
		words = append(words, "[comment]")
	}
	return strings.Join(append(words, "[minute]"), ", ")
}

var extraForm = regexp.MustCompile(`^x-[a-z0-9_-]{1,30}$`)

// extra says whether k is an x- kind, passed through as it is.
func (k Kind) extra() bool {
	return strings.HasPrefix(string(k), "x-") && extraForm.MatchString(string(k))
}

// unknown is the error for a kind that there is not.
func (k Kind) unknown() *Error {
	if k.extra() {
		return nil
	}
	if _, ok := forms[k]; ok || k == Amend {
		return nil
	}
	names := make([]string, len(kinds))
	for i, known := range kinds {
		names[i] = string(known)
	}
	return malformed("kind", "expected one of %s, or x- and 1 to 30 of a-z, 0-9, _ and -", strings.Join(names, ", "))
}

// wellFormed checks details against their kind's form: nothing missing,
// nothing superfluous, every value in its range. Not for amends, whose form
// is that of what they amend.
func wellFormed(k Kind, d *Details) *Error {
	if err := k.unknown(); err != nil {
		return err
	}
	f := forms[k]
	for _, x := range details {
		switch there := x.in(d); {
		case there && !f.takes(x.key):
			return malformed(x.key, "%s takes no such detail, expected %s", k, f.words())
		case !there && slices.Contains(f.need, x.key):
			return malformed(x.key, "missing: %s needs %s", k, f.words())
		}
		if err := x.check(d); err != nil {
			return err
		}
	}
	if len(d.Removed) > 0 {
		return malformed(d.Removed[0], "only an amend removes details")
	}
	if !k.extra() && len(d.Extra) > 0 {
		return malformed(firstKey(d.Extra), "%s takes no such detail, expected %s", k, f.words())
	}
	if err := d.checkExtra(); err != nil {
		return err
	}
	return fitting(k, d)
}

// checkExtra holds for requests that were made by hand what ParseRequest does
// for those that were read.
func (d *Details) checkExtra() *Error {
	for _, key := range slices.Sorted(maps.Keys(d.Extra)) {
		if !extraKey(key) || key == "kind" || key == "force" || key == "minute" || key == "comment" {
			return malformed(shown(key), extraKeyForm)
		}
		if !json.Valid(d.Extra[key]) {
			return malformed(key, "expected a JSON value")
		}
		if tooDeep(d.Extra[key]) {
			return malformed(key, "expected a value that nests at most %d deep", maxDepth)
		}
	}
	for _, key := range d.Removed {
		if !extraKey(key) {
			return malformed(shown(key), extraKeyForm)
		}
	}
	return nil
}

const extraKeyForm = "expected details of 1 to 32 of a-z, 0-9 and _, but not id, ref or at"

// fitting checks what details say to each other.
func fitting(k Kind, d *Details) *Error {
	switch k {
	case Lineup:
		if err := eleven("players", d.Players); err != nil {
			return err
		}
		for i, p := range d.Substitutes {
			if _, twice := find(d.Players, p.Number); twice {
				return malformed(index("substitutes", i)+".number", "number %d is among players already", p.Number)
			}
		}
	case Start:
		if err := eleven("home_players", d.HomePlayers); err != nil {
			return err
		}
		return eleven("visit_players", d.VisitPlayers)
	case Goal:
		if d.PlayerTeam == d.Team {
			return malformed("player_team", "expected the other team: it is given only where it is an own goal")
		}
		if d.Assist != nil && d.Assist.Number == d.Player.Number {
			return malformed("assist", "expected another player than the scorer")
		}
	case Card:
		if (d.Player == nil) == (d.Staff == "") {
			return malformed("player", "expected either player or staff")
		}
		if d.Reason != "" && (d.Reason != "second_yellow" || d.Card != "red" || d.Player == nil) {
			return malformed("reason", "expected second_yellow, with a player's red card, or none")
		}
	}
	return nil
}

// eleven checks the size of a line-up; one that is not there at all is the
// start's, which may leave it out.
func eleven(key string, players []Player) *Error {
	if n := len(players); n > 0 && n < 7 || n > 11 {
		return malformed(key, "expected 7 to 11 players, not %d", n)
	}
	return nil
}
