package match

import "slices"

// play is what an effective event does to a match: the rules, then the
// effect on everything but the log. After an error s may be half changed.
func (s *State) play(e *Event) *Error {
	if err := s.when(e.Kind); err != nil {
		return err
	}
	if e.Team != "" && s.side(e.Team) == nil {
		return s.stranger("team", e.Team)
	}
	if e.PlayerTeam != "" && s.side(e.PlayerTeam) == nil {
		return s.stranger("player_team", e.PlayerTeam)
	}
	if !e.Forced {
		if err := s.doubt(e); err != nil {
			return err
		}
	}
	s.turn(e)
	s.happen(e)
	return nil
}

// side is a team's part of the match; nil: it does not play.
func (s *State) side(team string) *Side {
	if i := slices.Index(s.Teams[:], team); i >= 0 {
		return &s.Sides[i]
	}
	return nil
}

func (s *State) stranger(field, team string) *Error {
	return malformed(field, "expected one of the two teams, %s or %s", s.Teams[Home], s.Teams[Visit])
}

// playersSide is the side whose numbers an event's players wear.
func (s *State) playersSide(d *Details) *Side {
	if d.PlayerTeam != "" {
		return s.side(d.PlayerTeam)
	}
	return s.side(d.Team)
}

// doubt holds the rules about players, those that force lifts.
func (s *State) doubt(e *Event) *Error {
	side := s.playersSide(&e.Details)
	if side == nil {
		return nil
	}
	on := func(field string, p *Player) *Error {
		if p == nil {
			return nil
		}
		if _, ok := find(side.Lineup, p.Number); ok {
			return nil
		}
		return doubted(field, "%s is not on the pitch", p)
	}
	switch e.Kind {
	case Goal, Miss, Shot, Offside, Foul, Corner, Goalkick, Throwin, Freekick, Save, Penalty:
		if err := on("player", e.Player); err != nil {
			return err
		}
		return on("assist", e.Assist)
	case Card:
		if e.Card == "yellow" && e.Player != nil && side.booked(e.Player.Number, s.Shootout) {
			return doubted("card", "%s has a yellow card already: send red with reason second_yellow", e.Player)
		}
	case Substitution:
		if err := on("player_out", e.PlayerOut); err != nil {
			return err
		}
		if e.PlayerIn == nil {
			return nil
		}
		if _, ok := find(side.Lineup, e.PlayerIn.Number); ok {
			return doubted("player_in", "%s is on the pitch already", e.PlayerIn)
		}
		if _, ok := find(side.Gone, e.PlayerIn.Number); ok {
			return doubted("player_in", "%s has left the pitch or was sent off and cannot come on", e.PlayerIn)
		}
	}
	return nil
}

// turn changes the period and the clock.
func (s *State) turn(e *Event) {
	switch e.Kind {
	case Start, Halftime, Continue, Extratime, Penalties, Stop:
		s.Period, s.PeriodStart = periodOf(s.Period, e.Kind), e.Timestamp
		s.Shootout = s.Shootout || e.Kind == Penalties
	case Suspend:
		s.Suspended, s.SuspendedAt = true, e.Timestamp
	case Resume:
		s.PeriodStart += max(e.Timestamp-s.SuspendedAt, 0)
		s.Suspended, s.SuspendedAt = false, 0
	case Abandon:
		s.Period, s.PeriodStart = Ended, e.Timestamp
		s.Suspended, s.SuspendedAt, s.Abandoned = false, 0, true
	}
}

// happen does to the sides what the event does.
func (s *State) happen(e *Event) {
	if e.Kind == Start {
		s.Sides[Home].begin(e.HomePlayers)
		s.Sides[Visit].begin(e.VisitPlayers)
		return
	}
	team, side := s.side(e.Team), s.playersSide(&e.Details)
	if team == nil || e.Kind.extra() {
		return
	}
	if e.Kind != Substitution {
		for _, p := range [...]*Player{e.Player, e.Assist} {
			if p != nil {
				side.meet(*p)
			}
		}
	}
	switch e.Kind {
	case Lineup:
		team.Announced, team.Bench, team.Coach = e.Players, e.Substitutes, e.Coach
	case Goal:
		if s.Period == Shootout {
			team.Penalties++
		} else {
			team.Score++
		}
	case Card:
		team.Cards = append(slices.Clip(team.Cards), CardShown{ID: e.ID, Card: e.Card, Player: e.Player,
			Staff: e.Staff, Minute: e.Minute, Shootout: s.Shootout})
		if e.Card == "red" && e.Player != nil {
			team.leave(*e.Player)
		}
	case Substitution:
		if e.PlayerOut != nil && e.PlayerIn != nil {
			team.replace(*e.PlayerOut, *e.PlayerIn)
		}
	default:
		if i := slices.Index(Counted[:], e.Kind); i >= 0 {
			team.Counts[i]++
		}
	}
}
