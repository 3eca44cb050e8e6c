package match

// periodOf says where a kind that changes the period leads from one; "" where
// it cannot happen.
func periodOf(from Period, k Kind) Period {
	switch k {
	case Start:
		if from == NotStarted {
			return First
		}
	case Halftime:
		switch from {
		case First:
			return HalftimeBreak
		case FirstExtra:
			return HalftimeExtra
		}
	case Continue:
		switch from {
		case HalftimeBreak:
			return Last
		case HalftimeExtra:
			return LastExtra
		}
	case Extratime:
		if from == Last {
			return FirstExtra
		}
	case Penalties:
		if from == Last || from == LastExtra {
			return Shootout
		}
	case Stop:
		if from.playing() || from == Shootout {
			return Ended
		}
	}
	return ""
}

// playing: the ball rolls, the clock runs.
func (p Period) playing() bool {
	return p == First || p == Last || p == FirstExtra || p == LastExtra
}

func (p Period) pause() bool { return p == HalftimeBreak || p == HalftimeExtra }

// running: begun and not over.
func (p Period) running() bool { return p.playing() || p.pause() || p == Shootout }

// words say when that is, for messages.
func (p Period) words() string {
	switch p {
	case NotStarted:
		return "before the start"
	case First:
		return "in the first half"
	case HalftimeBreak:
		return "at half-time"
	case Last:
		return "in the second half"
	case FirstExtra:
		return "in the first half of extra time"
	case HalftimeExtra:
		return "at half-time of extra time"
	case LastExtra:
		return "in the second half of extra time"
	case Shootout:
		return "in the shoot-out"
	}
	return "after the end"
}

// kinds in the order of their constants.
var kinds = [...]Kind{
	Lineup, Start, Halftime, Continue, Extratime, Penalties, Stop, Addedtime, Goal, Miss,
	Shot, Offside, Foul, Corner, Goalkick, Throwin, Freekick, Save, Penalty,
	Card, Substitution, Var, Cancel, Amend, Comment, Suspend, Resume, Abandon,
}

// Next lists the kinds that can happen now, in the order of their constants;
// x- kinds, which always can, are not among them.
func (s State) Next() []Kind {
	next := make([]Kind, 0, len(kinds))
	for _, k := range kinds {
		if s.can(k) {
			next = append(next, k)
		}
	}
	return next
}

// can says whether a kind can happen now: the rules about periods.
func (s *State) can(k Kind) bool {
	p := s.Period
	switch k {
	case Comment:
		return true
	case Card, Cancel, Amend:
		return p != NotStarted
	case Var:
		return p.running()
	case Abandon:
		return p.running()
	case Resume:
		return s.Suspended
	}
	if k.extra() {
		return true
	}
	if s.Suspended {
		return false
	}
	switch k {
	case Lineup:
		return p == NotStarted
	case Start, Halftime, Continue, Extratime, Penalties, Stop:
		return periodOf(p, k) != ""
	case Addedtime, Shot, Offside, Foul, Corner, Goalkick, Throwin, Freekick, Penalty:
		return p.playing()
	case Goal, Miss, Save:
		return p.playing() || p == Shootout
	case Substitution:
		return p.playing() || p.pause()
	case Suspend:
		return p.running()
	}
	return false
}

// when refuses a kind that cannot happen now.
func (s *State) when(k Kind) *Error {
	if s.can(k) {
		return nil
	}
	if s.Suspended {
		return refused("kind", "%s cannot happen while the match is suspended", k)
	}
	if k == Resume && s.Period.running() {
		return refused("kind", "resume cannot happen: the match is not suspended")
	}
	return refused("kind", "%s cannot happen %s", k, s.Period.words())
}
