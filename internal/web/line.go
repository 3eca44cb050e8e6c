package web

import (
	"cmp"
	"context"
	"html/template"
	"time"

	"matchstream/internal/crest"
	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/wire"
)

// line is a match in the list. board.js makes the same of what the stream tells.
type line struct {
	wire.Score
	Date    string
	Address string
	Class   string // live, over, or "" for what is to come
	Names   [2]string
	Crests  [2]template.HTML
	Goals   [2]int
	Begun   bool
	Won     [2]bool
	When    string // the minute, while playing; else a label
	Shot    bool   // a shoot-out has begun
	Kicks   [2]int
}

// score is a match as the stream of all matches tells of it.
func (s *site) score(ctx context.Context, m live.Summary, now time.Time) wire.Score {
	if isLive(m.Status) {
		// Those that are alive are in memory: this does not wait for the store.
		if found, err := s.Live.Match(ctx, m.Info.ID); err == nil {
			v := found.View()
			score := wire.NewScore(v, "")
			if v.Status() == match.Live {
				score.Minute = v.State.Minute(now.UnixMilli())
			}
			return score
		}
	}
	v := match.View{Info: m.Info, Teams: [2]match.Team{s.team(m.Info.Home), s.team(m.Info.Visit)}}
	score := wire.NewScore(v, "")
	score.Period, score.Status = m.Period, m.Status
	score.HomeScore, score.VisitScore = m.Score[match.Home], m.Score[match.Visit]
	if m.Shootout {
		score.HomePenalties, score.VisitPenalties = &m.Penalties[match.Home], &m.Penalties[match.Visit]
	}
	return score
}

func (s *site) line(r reader, m wire.Score) line {
	l := line{Score: m, Date: m.StartTime, Address: r.To("/match/" + m.Match), Begun: m.Period != match.NotStarted,
		Goals: [2]int{m.HomeScore, m.VisitScore}, Names: [2]string{cmp.Or(m.HomeName, m.Home), cmp.Or(m.VisitName, m.Visit)},
		Crests: [2]template.HTML{drawn(crest.Of(s.team(m.Home))), drawn(crest.Of(s.team(m.Visit)))},
		When:   r.Label(m.Period, m.Status)}
	if m.HomePenalties != nil && m.VisitPenalties != nil {
		l.Shot, l.Kicks = true, [2]int{*m.HomePenalties, *m.VisitPenalties}
	}
	switch {
	case isLive(m.Status):
		l.Class = "live"
		if m.Minute != "" {
			l.When = m.Minute + "′"
		}
	case m.Period == match.Ended:
		l.Class = "over"
		if m.Status == match.Finished { // abandoned: nobody has won yet
			home, visit := l.Goals[0]+l.Kicks[0], l.Goals[1]+l.Kicks[1]
			l.Won = [2]bool{home > visit, visit > home} // a shoot-out follows a draw
		}
	case m.Status == match.Scheduled && kickoff(m.Kickoff) != "":
		l.When = kickoff(m.Kickoff)
	}
	return l
}

// before orders the lines of a day: by kick-off, unknown ones last, then by id.
func (l line) before(other line) int {
	const unknown = "~"
	return cmp.Or(cmp.Compare(cmp.Or(l.Kickoff, unknown), cmp.Or(other.Kickoff, unknown)), cmp.Compare(l.Match, other.Match))
}

// team by its id; one that is not known has it for a name.
func (s *site) team(id string) match.Team {
	if t, ok := s.Live.Team(id); ok {
		return t
	}
	return match.Team{ID: id, Name: id}
}
