package cli

import "matchstream/internal/match"

// count is what an event does to the picture.
func (n *narrator) count(e match.Event) {
	if n.meant[e.ID] = e; e.Kind == match.Amend {
		was := n.meant[e.Ref]
		n.meant[e.Ref] = match.Amended(&was, &e)
	}
	n.phase = n.phase.After(e.Kind)
	if e.Kind == match.Goal {
		side := match.Home
		if e.Team == n.now.Visit {
			side = match.Visit
		}
		if n.phase.Shootout {
			n.now.Penalties[side]++
		} else {
			n.now.Score[side]++
		}
	}
	switch e.Kind {
	case match.Start:
		n.now.Period, n.now.Standing = match.First, match.Live
	case match.Halftime:
		n.now.Period = match.HalftimeBreak
		if n.phase.Extra {
			n.now.Period = match.HalftimeExtra
		}
	case match.Continue:
		n.now.Period = match.Last
		if n.phase.Extra {
			n.now.Period = match.LastExtra
		}
	case match.Extratime:
		n.now.Period = match.FirstExtra
	case match.Penalties:
		n.now.Period, n.now.Shootout = match.Shootout, true
	case match.Stop:
		n.now.Period, n.now.Standing = match.Ended, match.Finished
	case match.Abandon:
		n.now.Period, n.now.Standing = match.Ended, match.Abandoned
	case match.Suspend:
		n.now.Standing = match.Suspended
	case match.Resume:
		n.now.Standing = match.Live
	}
}

func changesPeriod(k match.Kind) bool {
	switch k {
	case match.Halftime, match.Extratime, match.Penalties, match.Stop, match.Abandon:
		return true
	}
	return false
}

// styleOf makes what matters most stand out.
func styleOf(e match.Event) style {
	switch {
	case e.Kind == match.Goal:
		return green
	case e.Kind == match.Card && e.Card == "red":
		return red
	case e.Kind == match.Card:
		return yellow
	case e.Kind == match.Cancel, e.Kind == match.Amend, e.Kind == match.Var:
		return purple
	case e.Kind == match.Start, e.Kind == match.Continue, changesPeriod(e.Kind):
		return bold
	}
	return plain
}
