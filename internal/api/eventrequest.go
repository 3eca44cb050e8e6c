package api

import (
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"matchstream/internal/match"
)

// details describes each detail that a request may have, by its key in
// match.Details.
var details = map[string]string{
	"team":          "The side that the event counts for: the id of home or visit",
	"player":        "Who. A number is looked up in the line-up and bench of player_team, or else of team",
	"player_in":     "substitution: who comes on",
	"player_out":    "substitution: who leaves",
	"player_team":   "goal: the scorer's side, where it is an own goal",
	"assist":        "goal: who gave the pass",
	"card":          "card: yellow or red",
	"how":           "goal, miss: penalty, header or freekick",
	"staff":         "card: who of the staff, in place of player",
	"coach":         "lineup: the coach",
	"reason":        "card: second_yellow; cancel, suspend, resume, abandon: a text",
	"about":         "var: goal, penalty, card or other",
	"outcome":       "var: open, stands or overturned",
	"ref":           "cancel, amend: the id of the event meant; var: of the event under review",
	"minutes":       "addedtime: how many",
	"players":       "lineup: who begins",
	"substitutes":   "lineup: the bench",
	"home_players":  "start: 7 to 11 players; may be left out if a lineup was given",
	"visit_players": "start: 7 to 11 players; may be left out if a lineup was given",
	"minute":        "The minute of play, where the computed one is not wanted",
	"comment":       "A line of text in the ticker, up to 500 characters; of comment itself: the text",
}

// choices are the details that are one of a few words.
var choices = map[string][]any{
	"card": {"yellow", "red"}, "how": {"penalty", "header", "freekick"},
	"about": {"goal", "penalty", "card", "other"}, "outcome": {"open", "stands", "overturned"},
}

// kinds in the order of match.
var kinds = []match.Kind{match.Lineup, match.Start, match.Halftime, match.Continue, match.Extratime, match.Penalties, match.Stop,
	match.Addedtime, match.Goal, match.Miss, match.Shot, match.Offside, match.Foul, match.Corner, match.Goalkick, match.Throwin,
	match.Freekick, match.Save, match.Penalty, match.Card, match.Substitution, match.Var, match.Cancel, match.Amend, match.Comment,
	match.Suspend, match.Resume, match.Abandon}

// eventRequest is the schema of an event's body, made from match.Details.
// Which details a kind takes is match's to say; it stands in the description.
func eventRequest(r huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: "object", Required: []string{"kind"}, Properties: map[string]*huma.Schema{},
		Description: "An event as an operator sends it: a timeline's line without `at`. Kinds beginning with x- take any further details, amend takes null for those to remove."}
	s.Properties["kind"] = &huma.Schema{Type: "string", Examples: []any{"goal"},
		Pattern:            "^(" + strings.ReplaceAll(join(kinds), ", ", "|") + "|halftime_start|halftime_stop|x-[a-z0-9_-]{1,30})$",
		PatternDescription: "a kind",
		Description:        "One of " + join(kinds) + "; halftime_start and halftime_stop, the names of 2011 for halftime and continue; or x- and 1 to 30 of a-z, 0-9, _ and -"}
	s.Properties["force"] = &huma.Schema{Type: "boolean", Description: "Store what the rules about players doubt"}
	t := reflect.TypeFor[match.Details]()
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if text, ok := details[name]; ok {
			s.Properties[name] = detailSchema(r, f.Type, name, text)
		}
	}
	s.PrecomputeMessages()
	return s
}

func detailSchema(r huma.Registry, t reflect.Type, name, text string) *huma.Schema {
	player := func() *huma.Schema {
		number := &huma.Schema{Type: "integer", Minimum: new(0.0), Maximum: new(999.0)}
		return &huma.Schema{OneOf: []*huma.Schema{
			{Type: "object", Properties: map[string]*huma.Schema{"number": number,
				"name": {Type: "string", MinLength: new(1), MaxLength: new(100)}}, Required: []string{"number"}, AdditionalProperties: false},
			number,
		}}
	}
	var s *huma.Schema
	switch t {
	case reflect.TypeFor[*match.Player]():
		s = player()
	case reflect.TypeFor[[]match.Player]():
		s = &huma.Schema{Type: "array", Items: player()}
	default:
		s = r.Schema(t, true, name)
		s.Nullable = false
	}
	s.Description = text
	s.Enum = slices.Clone(choices[name])
	if name == "minute" {
		s.Pattern = `^[0-9]{1,3}(\+[0-9]{1,2})?$`
		s.Examples = []any{"45+2"}
	}
	return s
}
