package words

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"matchstream/internal/match"
)

// Phase is what changes how an event is told.
type Phase struct{ Extra, Shootout bool }

// After is the phase behind an event that counts.
func (p Phase) After(k match.Kind) Phase {
	return Phase{Extra: p.Extra || k == match.Extratime, Shootout: p.Shootout || k == match.Penalties}
}

// PhaseOf is the phase of a match that is met in this period. After the end
// nothing is told that would depend on it.
func PhaseOf(p match.Period) Phase {
	return Phase{Extra: p == match.FirstExtra || p == match.HalftimeExtra || p == match.LastExtra, Shootout: p == match.Shootout}
}

// Tell is the sentence for an event; name gives a team's name by its id; meant
// is the event that a cancel, amend or var speaks of, as far as it is known.
func (l *Language) Tell(e match.Event, now Phase, name func(team string) string, meant match.Event) []Part {
	return l.Sentence(string(e.Kind), variantOf(e, now), l.factsOf(e, name, meant))
}

// OwnGoal says whether e is one.
func OwnGoal(e match.Event) bool {
	return e.Kind == match.Goal && e.PlayerTeam != "" && e.PlayerTeam != e.Team
}

// Remark is an event's comment, unless it only says what its sentence says.
func (l *Language) Remark(e match.Event) string {
	bare := strings.ToLower(strings.Trim(e.Comment, " ()."))
	if OwnGoal(e) && slices.Contains(strings.Split(l.texts.Page["own_goal_remarks"], "|"), bare) {
		return ""
	}
	return e.Comment
}

// variantOf chooses among the sentences of a kind.
func variantOf(e match.Event, now Phase) string {
	switch e.Kind {
	case match.Goal, match.Miss:
		if now.Shootout {
			return "shootout"
		}
	case match.Halftime, match.Continue:
		if now.Extra {
			return "extra"
		}
	case match.Stop:
		if now.Shootout {
			return "shootout"
		}
		if now.Extra {
			return "extra"
		}
	case match.Card:
		if e.Reason == "second_yellow" {
			return e.Reason
		}
		return e.Card
	case match.Var:
		return e.Outcome
	case match.Addedtime:
		if e.Minutes != nil {
			return strconv.Itoa(*e.Minutes)
		}
	}
	return ""
}

// factsOf is what sentences may fill in. What is not known is "".
func (l *Language) factsOf(e match.Event, name func(string) string, meant match.Event) map[string]string {
	facts := map[string]string{
		"team":       name(e.Team),
		"player":     playerName(e.Player),
		"player_in":  playerName(e.PlayerIn),
		"player_out": playerName(e.PlayerOut),
		"assist":     playerName(e.Assist),
		"staff":      e.Staff,
		"coach":      e.Coach,
		"reason":     e.Reason,
		"how":        l.texts.How[e.How],
		"about":      l.texts.About[e.About],
		"what":       l.exactly(meant),
		"whom":       cmp.Or(playerName(meant.Player), playerName(meant.PlayerIn), meant.Staff, name(meant.Team)),
		"ref_minute": meant.Minute,
	}
	if e.Minutes != nil {
		facts["minutes"] = strconv.Itoa(*e.Minutes)
	}
	if OwnGoal(e) {
		facts["own_team"] = name(e.PlayerTeam)
	}
	return facts
}

// exactly is what an event is called, where another one speaks of it.
func (l *Language) exactly(e match.Event) string {
	variant := variantOf(e, Phase{})
	if OwnGoal(e) {
		variant = "own"
	}
	return cmp.Or(l.texts.Exactly[string(e.Kind)+"."+variant], l.Noun(e.Kind))
}

func playerName(p *match.Player) string {
	if p == nil {
		return ""
	}
	return p.Name
}
