package match

// Status is the match's standing in one word.
func (v View) Status() Status {
	switch s := v.State; {
	case s.Abandoned:
		return Abandoned
	case s.Period == Ended:
		return Finished
	case s.Suspended:
		return Suspended
	case s.Period == NotStarted && v.Info.Postponed:
		return Postponed
	case s.Period == NotStarted:
		return Scheduled
	}
	return Live
}

// Position is where the match stands: behind its last event.
func (v View) Position() Position { return Position{ID: v.State.LastID, Epoch: v.Info.Epoch} }

// Revision of match and teams together: rises with every change of them that is
// no event.
func (v View) Revision() int {
	return v.Info.Revision + v.Teams[Home].Revision + v.Teams[Visit].Revision
}
