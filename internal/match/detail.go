package match

import (
	"regexp"
	"slices"
	"strings"
)

// A detail is one key of a request: where it lies in Details, and which
// values it takes. What there is to know of a key is here; which kind takes
// which keys is in form.go.
type detail struct {
	key string
	// at points to the detail's place: a *string, *int64, **int, **Player or
	// *[]Player.
	at func(*Details) any
	// text says what is wrong with a *string ("": nothing).
	text func(string) string
}

// details in the order in which they are written.
var details = [...]detail{
	{key: "team", at: func(d *Details) any { return &d.Team }, text: teamText},
	{key: "player_out", at: func(d *Details) any { return &d.PlayerOut }},
	{key: "player_in", at: func(d *Details) any { return &d.PlayerIn }},
	{key: "player", at: func(d *Details) any { return &d.Player }},
	{key: "player_team", at: func(d *Details) any { return &d.PlayerTeam }, text: teamText},
	{key: "assist", at: func(d *Details) any { return &d.Assist }},
	{key: "staff", at: func(d *Details) any { return &d.Staff }, text: upTo(200)},
	{key: "card", at: func(d *Details) any { return &d.Card }, text: oneOf("yellow", "red")},
	{key: "how", at: func(d *Details) any { return &d.How }, text: oneOf("penalty", "header", "freekick")},
	{key: "about", at: func(d *Details) any { return &d.About }, text: oneOf("goal", "penalty", "card", "other")},
	{key: "outcome", at: func(d *Details) any { return &d.Outcome }, text: oneOf("open", "stands", "overturned")},
	{key: "ref", at: func(d *Details) any { return &d.Ref }},
	{key: "reason", at: func(d *Details) any { return &d.Reason }, text: upTo(200)},
	{key: "minutes", at: func(d *Details) any { return &d.Minutes }},
	{key: "players", at: func(d *Details) any { return &d.Players }},
	{key: "substitutes", at: func(d *Details) any { return &d.Substitutes }},
	{key: "coach", at: func(d *Details) any { return &d.Coach }, text: upTo(200)},
	{key: "home_players", at: func(d *Details) any { return &d.HomePlayers }},
	{key: "visit_players", at: func(d *Details) any { return &d.VisitPlayers }},
	{key: "minute", at: func(d *Details) any { return &d.Minute }, text: minuteText},
	{key: "comment", at: func(d *Details) any { return &d.Comment }, text: upTo(500)},
}

// detailOf finds a detail by its key.
func detailOf(key string) (detail, bool) {
	for _, x := range details {
		if x.key == key {
			return x, true
		}
	}
	return detail{}, false
}

// in says whether the detail is there.
func (x detail) in(d *Details) bool {
	switch v := x.at(d).(type) {
	case *string:
		return *v != ""
	case *int64:
		return *v != 0
	case **int:
		return *v != nil
	case **Player:
		return *v != nil
	case *[]Player:
		return len(*v) > 0
	}
	return false
}

// copy sets the detail in to as it is in from, there or not.
func (x detail) copy(to, from *Details) {
	switch v := x.at(to).(type) {
	case *string:
		*v = *x.at(from).(*string)
	case *int64:
		*v = *x.at(from).(*int64)
	case **int:
		*v = *x.at(from).(**int)
	case **Player:
		*v = *x.at(from).(**Player)
	case *[]Player:
		*v = *x.at(from).(*[]Player)
	}
}

// Bounds of numbers.
const (
	maxNumber    = 999 // of a shirt
	maxAddedtime = 99  // minutes of added time that can be shown
)

// check says what is wrong with the detail's value. Players may lack a name:
// resolving fills it in.
func (x detail) check(d *Details) *Error {
	switch v := x.at(d).(type) {
	case *string:
		if *v == "" {
			return nil // absent
		}
		if wrong := x.text(*v); wrong != "" {
			return malformed(x.key, "%s", wrong)
		}
	case *int64:
		if *v < 0 || *v > maxID {
			return malformed(x.key, "expected an event's id")
		}
	case **int:
		if *v != nil && (**v < 0 || **v > maxAddedtime) {
			return malformed(x.key, "expected a whole number from 0 to %d", maxAddedtime)
		}
	case **Player:
		if *v != nil {
			if err := (*v).check(); err != nil {
				return err.below(x.key)
			}
		}
	case *[]Player:
		for i := range *v {
			if err := (*v)[i].check(); err != nil {
				return err.below(index(x.key, i))
			}
			if _, twice := find((*v)[:i], (*v)[i].Number); twice {
				return malformed(index(x.key, i)+".number", "number %d is there twice", (*v)[i].Number)
			}
		}
	}
	return nil
}

func (p *Player) check() *Error {
	if p.Number < 0 || p.Number > maxNumber {
		return malformed("number", "expected a whole number from 0 to %d", maxNumber)
	}
	if p.Name == "" {
		return nil
	}
	if err := length("name", p.Name, 1, 100); err != nil {
		return err.(*Error)
	}
	return nil
}

var minuteForm = regexp.MustCompile(`^[0-9]{1,3}(\+[0-9]{1,2})?$`)

func minuteText(s string) string {
	if minuteForm.MatchString(s) {
		return ""
	}
	return `expected a minute such as "18" or "45+2"`
}

func teamText(s string) string {
	if ValidTeamID(s) {
		return ""
	}
	return teamIDForm
}

func upTo(most int) func(string) string {
	return func(s string) string {
		if err := length("", s, 1, most); err != nil {
			return err.(*Error).Message
		}
		return ""
	}
}

func oneOf(words ...string) func(string) string {
	return func(s string) string {
		if slices.Contains(words, s) {
			return ""
		}
		return "expected " + strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
	}
}
