package cli

import (
	"fmt"
	"strings"
	"time"

	"matchstream/internal/follow"
	"matchstream/internal/match"
	"matchstream/internal/wire"
	"matchstream/internal/words"
)

// narrator tells a match in words: what each frame means, and how the match
// stands after it. Goals it counts itself; whatever is taken back or corrected
// is followed by a status, which is always right.
type narrator struct {
	date   string
	names  [2]string // of the teams, by side
	now    follow.Status
	minute string // of the last event that had one
	phase  words.Phase
	meant  map[int64]match.Event // so far, by id
	clock  bool                  // events tell no minute: the time of day does
}

// newNarrator begins with the match as it stands, or as it stood at since.
func newNarrator(m wire.Match, past past, since string, clock bool) *narrator {
	n := &narrator{date: m.StartTime, names: [2]string{m.HomeName, m.VisitName}, now: follow.StatusOf(m), meant: past.meant, clock: clock}
	if stood, ok := past.at(since); ok {
		n.now = stood
	}
	n.phase = phaseOf(n.now)
	return n
}

func phaseOf(s follow.Status) words.Phase {
	p := words.PhaseOf(s.Period)
	p.Shootout = p.Shootout || s.Shootout
	return p
}

// frame is what is told of a frame: no line, or one for an event.
func (n *narrator) frame(f follow.Frame) []line {
	if f.Status != nil {
		return n.status(*f.Status, f.Note)
	}
	return []line{n.event(f.Event)}
}

func (n *narrator) status(s follow.Status, note follow.Note) []line {
	if s.Standing == "" { // TCP does not tell
		s.Standing = n.now.Standing
		if s.Period != n.now.Period {
			s.Standing = match.Live
		}
	}
	before := n.score() + n.label()
	n.now = s
	stands := line{text: n.score() + "  " + n.label(), style: bold}
	switch note {
	case follow.Joined:
		stands.text += "  " + n.date
	case follow.Refreshed:
		if before == n.score()+n.label() {
			return nil // as it was known already
		}
		stands.text = "It stands " + stands.text
	case follow.MovedOn:
		stands.text = "Some events were left out, this terminal was too slow. It stands " + stands.text
	case follow.Anew:
		n.meant = map[int64]match.Event{}
		n.phase = phaseOf(s)
		stands.text = "This is not the history that was asked for; it goes on from here: " + stands.text
	}
	return []line{stands}
}

func (n *narrator) event(e match.Event) line {
	l := line{when: n.when(e), text: words.Text(words.English.Tell(e, n.phase, n.name, n.meant[e.Ref])), style: styleOf(e)}
	kick := n.phase.Shootout && (e.Kind == match.Goal || e.Kind == match.Miss)
	n.count(e)
	if e.Kind == match.Amend {
		l.text += corrected(e)
	}
	if e.Kind == match.Goal || kick || changesPeriod(e.Kind) {
		l.text += "  " + n.score()
	}
	switch remark := words.English.Remark(e); {
	case remark == "" || e.Kind == match.Amend:
	case l.text == "":
		l.text = remark
	default:
		l.text += " – " + remark
	}
	if strings.HasPrefix(string(e.Kind), "x-") {
		l.text = strings.TrimSpace(string(e.Kind) + " " + l.text)
	}
	return l
}

// when is the minute; over TCP, which has none, the time of day, UTC.
func (n *narrator) when(e match.Event) string {
	switch {
	case e.Minute != "" && e.Kind != match.Amend:
		n.minute = e.Minute
		return e.Minute + "'"
	case n.clock:
		return time.UnixMilli(e.Timestamp).UTC().Format("15:04")
	}
	return ""
}

// name is a team's by its id.
func (n *narrator) name(team string) string {
	switch {
	case team == n.now.Home && n.names[match.Home] != "":
		return n.names[match.Home]
	case team == n.now.Visit && n.names[match.Visit] != "":
		return n.names[match.Visit]
	}
	return team
}

// score is "Argentina 3–3 France (4–2 pens)".
func (n *narrator) score() string {
	home, visit := n.name(n.now.Home), n.name(n.now.Visit)
	if n.now.Period == match.NotStarted {
		return words.English.Say("versus", "home", home, "visit", visit)
	}
	text := fmt.Sprintf("%s %d–%d %s", home, n.now.Score[match.Home], n.now.Score[match.Visit], visit)
	if n.now.Shootout {
		text += fmt.Sprintf(" (%d–%d pens)", n.now.Penalties[match.Home], n.now.Penalties[match.Visit])
	}
	return text
}

func (n *narrator) label() string { return words.English.Label(n.now.Period, n.now.Standing) }

// top is the row that stays on top: the minute is that of the last event.
func (n *narrator) top() string {
	text := n.score() + "   " + n.label()
	if n.minute != "" && n.now.Period != match.Ended {
		text += " " + n.minute + "'"
	}
	return text
}

// last is the last line.
func (n *narrator) last(end follow.End) line {
	if end == follow.Removed {
		return line{text: words.English.Say("gone") + ".", style: bold}
	}
	return line{text: n.label() + ": " + n.score(), style: bold}
}
