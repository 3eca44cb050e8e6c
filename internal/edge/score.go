package edge

import (
	"fmt"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/wire"
)

// setScore takes what the stream or the list says of a match.
func (s *Store) setScore(score wire.Score) error {
	at, err := match.ParsePosition(score.Position)
	if err != nil || at.Epoch == "" {
		return fmt.Errorf("match %.80q: expected a position, found %.40q: the origin has to be at least as new as its edges", score.Match, score.Position)
	}
	info := match.Info{ID: score.Match, Home: score.Home, Visit: score.Visit, Date: score.StartTime}
	if err := info.Validate(); err != nil || match.MakeID(info.Home, info.Visit, info.Date) != score.Match {
		return fmt.Errorf("match %.80q of %.40q and %.40q on %.20q: %w", score.Match, score.Home, score.Visit, score.StartTime, errStrange)
	}
	s.nameTeams(score)
	s.setMatch(score.Match, at.Epoch, func(t live.Told, known bool) live.Told {
		return toldBy(score, at, t, known)
	})
	return nil
}

// nameTeams sees to it that a match's teams are there before it.
func (s *Store) nameTeams(score wire.Score) {
	for id, name := range map[string]string{score.Home: score.HomeName, score.Visit: score.VisitName} {
		key, _ := live.TeamEntry(match.Team{ID: id})
		s.mu.Lock()
		_, known := s.mu.entries[key]
		s.mu.Unlock()
		if !known && name != "" {
			if err := s.setTeam(match.Team{ID: id, Name: name}); err != nil {
				s.log.Warn("a team of the origin's cannot be shown", "team", id, "cause", err)
			}
		}
	}
}

// toldBy is what is known of a match behind a score. What a score does not say
// stays as it was.
func toldBy(score wire.Score, at match.Position, t live.Told, known bool) live.Told {
	if !known {
		t.Info = match.Info{ID: score.Match, Home: score.Home, Visit: score.Visit, Date: score.StartTime, Epoch: at.Epoch, Created: 1}
	}
	t.Info.Kickoff, t.Info.Competition, t.Info.Speed, t.Info.Revision = score.Kickoff, score.Competition, score.Speed, score.Revision
	switch score.Status {
	case match.Postponed:
		t.Info.Postponed = true
	case match.Scheduled:
		t.Info.Postponed = false
	}
	t.Last, t.Period, t.Since = at.ID, score.Period, score.PeriodStart
	t.Suspended, t.Abandoned = score.Status == match.Suspended, score.Status == match.Abandoned
	t.Score = [2]int{score.HomeScore, score.VisitScore}
	t.Shootout, t.Penalties, t.SuspendedAt = score.HomePenalties != nil, [2]int{}, 0
	if t.Shootout && score.VisitPenalties != nil {
		t.Penalties = [2]int{*score.HomePenalties, *score.VisitPenalties}
	}
	if t.Suspended {
		clock := match.State{Period: score.Period, PeriodStart: score.PeriodStart, Speed: score.Speed}
		t.SuspendedAt, _ = clock.Begins(score.Minute)
	}
	return t
}
