package replay

import (
	"fmt"
	"strings"

	"matchstream/internal/match"
	"matchstream/internal/words"
)

// describe is an event in one line for a person:
//
//	23' GOAL Argentina 1–0 France  Lionel Messi (penalty)
//
// It shows what an operator or a file wrote, which must not act on a terminal.
func (p *player) describe(e event, extra bool) string {
	text := p.headline(e, extra)
	own := match.Event{Kind: e.Kind, Details: match.Details{Team: e.Data.text("team"), PlayerTeam: e.Data.text("player_team"), Comment: e.Data.text("comment")}}
	if c := words.English.Remark(own); c != "" {
		if e.Kind != match.Comment {
			text += " – "
		}
		text += c
	}
	if m := e.Data.text("minute"); m != "" {
		text = m + "' " + text
	}
	return words.Plain(text)
}

func (p *player) headline(e event, extra bool) string {
	d := e.Data
	shootout := p.score.Period == match.Shootout
	switch e.Kind {
	case match.Start:
		return fmt.Sprintf("KICK-OFF %s v %s", p.Home.Name, p.Visit.Name)
	case match.Halftime:
		return "HALF-TIME " + p.line(false)
	case match.Continue:
		if extra {
			return "EXTRA TIME, SECOND HALF"
		}
		return "SECOND HALF"
	case match.Extratime:
		return "EXTRA TIME " + p.line(false)
	case match.Penalties:
		return "SHOOT-OUT " + p.line(false)
	case match.Stop:
		return "FULL TIME " + p.line(true)
	case match.Abandon:
		return "ABANDONED " + p.line(true) + because(d)
	case match.Goal:
		if shootout {
			return "IN! " + p.line(true) + "  " + p.who(d)
		}
		return "GOAL " + p.line(false) + "  " + p.who(d)
	case match.Miss:
		if shootout {
			return "MISSED " + p.line(true) + "  " + p.who(d)
		}
		return "missed: " + p.who(d)
	case match.Card:
		return d.text("card") + " card: " + p.who(d) + because(d)
	case match.Substitution:
		return fmt.Sprintf("substitution, %s: %s for %s", p.name(d.text("team")), d.player("player_in"), d.player("player_out"))
	case match.Comment:
		return ""
	case match.Cancel, match.Amend:
		return fmt.Sprintf("%s of event %s: %s", e.Kind, d["ref"], p.line(false)) + because(d)
	case match.Addedtime:
		return fmt.Sprintf("%s minutes added", d["minutes"])
	case match.Var:
		return fmt.Sprintf("video review (%s): %s", d.text("about"), d.text("outcome"))
	}
	if who := p.who(d); who != "" {
		return string(e.Kind) + ": " + who + because(d)
	}
	return string(e.Kind) + because(d)
}

// line is "Argentina 1–0 France", with the shoot-out's score where asked for.
func (p *player) line(shootout bool) string {
	text := fmt.Sprintf("%s %d–%d %s", p.Home.Name, p.score.Home, p.score.Visit, p.Visit.Name)
	if pens := p.score.HomePenalties + p.score.VisitPenalties; shootout && (pens > 0 || p.score.Period == match.Shootout) {
		text += fmt.Sprintf(" (%d–%d pens)", p.score.HomePenalties, p.score.VisitPenalties)
	}
	return text
}

// who is "Lionel Messi, Argentina (penalty)".
func (p *player) who(d details) string {
	side := d.text("team")
	own := d.text("player_team") != ""
	if own {
		side = d.text("player_team")
	}
	var said []string
	for _, w := range []string{d.player("player") + d.text("staff"), p.name(side)} {
		if w != "" {
			said = append(said, w)
		}
	}
	text := strings.Join(said, ", ")
	switch how := d.text("how"); {
	case own:
		text += " (own goal)"
	case how != "":
		text += " (" + how + ")"
	}
	return text
}

// name is a team's; its id where it is neither side.
func (p *player) name(id string) string {
	switch id {
	case p.Home.ID:
		return p.Home.Name
	case p.Visit.ID:
		return p.Visit.Name
	}
	return id
}

func because(d details) string {
	if r := d.text("reason"); r != "" {
		return " (" + strings.ReplaceAll(r, "_", " ") + ")"
	}
	return ""
}
