package web

import (
	"slices"
	"strconv"
	"strings"

	"matchstream/internal/match"
	"matchstream/internal/words"
)

// A story is a match's events with what each came to. All parts of the page
// are made of it. story.js makes the same of the same events.
type story struct {
	*words.Language
	teams   [2]string // ids
	names   [2]string
	entries []entry // oldest first; no x- kinds: no words are known for them
	reviews []entry // what is under review now: vars
	added   string  // the added time announced in this period; "" for none
	state   match.State
}

// entry is an event as it counts.
type entry struct {
	match.Event
	side      string // home, visit, or "" where no team is meant
	phase     words.Phase
	meant     match.Event // that it speaks of, as that counts now; the zero value: none
	cancelled bool
	why       string // it was cancelled
	amended   bool
	review    bool   // it is under review now
	tally     string // the score after a goal, the shoot-out's after a kick
}

var sides = [2]string{match.Home: "home", match.Visit: "visit"}

func newStory(l *words.Language, v match.View) story {
	s := story{Language: l, teams: v.State.Teams, names: [2]string{nameOf(v, v.State.Teams[0]), nameOf(v, v.State.Teams[1])}, state: v.State}
	amended := amendments(v.State.Log)
	var now words.Phase
	var goals, kicks [2]int
	for _, x := range v.State.Log {
		e := entry{Event: x.Effective.Event(), phase: now, cancelled: x.Cancelled != 0, amended: amended[x.Event.ID]}
		if strings.HasPrefix(string(e.Kind), "x-") {
			continue
		}
		e.side, e.meant = s.sideOf(e.Team), meant(v, e.Event)
		if e.cancelled {
			e.why = v.State.Log[x.Cancelled-1].Effective.Event().Reason
			s.entries = append(s.entries, e)
			continue
		}
		now = now.After(e.Kind)
		side := slices.Index(sides[:], e.side)
		switch {
		case e.isKick():
			if e.Kind == match.Goal {
				kicks[side]++
			}
			e.tally = score(kicks)
		case e.Kind == match.Goal:
			goals[side]++
			e.tally = score(goals)
		case e.Kind == match.Var:
			s.review(e)
		case e.Kind == match.Addedtime && e.Minutes != nil:
			s.added = strconv.Itoa(*e.Minutes)
		case parts(e.Kind):
			s.added = ""
		}
		s.entries = append(s.entries, e)
	}
	s.mark()
	return s
}

// review opens one, or closes that of the same event, else of the same thing.
func (s *story) review(e entry) {
	if e.Outcome == "open" {
		s.reviews = append(s.reviews, e)
		return
	}
	for i, open := range s.reviews {
		if e.Ref != 0 && open.Ref == e.Ref || (e.Ref == 0 || open.Ref == 0) && open.About == e.About {
			s.reviews = slices.Delete(s.reviews, i, i+1)
			return
		}
	}
}

// mark notes what is under review at the events themselves. After the end
// nothing is.
func (s *story) mark() {
	if s.state.Period == match.Ended {
		s.reviews = nil
	}
	for _, open := range s.reviews {
		for i := range s.entries {
			if e := &s.entries[i]; !e.cancelled && (e.ID == open.Ref || e.ID == open.ID) {
				e.review = true
			}
		}
	}
}

// amendments are the ids of the events that were amended.
func amendments(log []match.Entry) map[int64]bool {
	ids := map[int64]bool{}
	for _, x := range log {
		if x.Event.Kind == match.Amend {
			ids[x.Event.Ref] = true
		}
	}
	return ids
}

// meant is the event that e speaks of, as it counts now.
func meant(v match.View, e match.Event) match.Event {
	if e.Ref < 1 || e.Ref > int64(len(v.State.Log)) {
		return match.Event{}
	}
	return v.State.Log[e.Ref-1].Effective.Event()
}

func (s story) sideOf(team string) string {
	for i, id := range s.teams {
		if team != "" && id == team {
			return sides[i]
		}
	}
	return ""
}

func (s story) nameOf(team string) string {
	for i, id := range s.teams {
		if id == team {
			return s.names[i]
		}
	}
	return team
}

// tell is the sentence for an event.
func (s story) tell(e entry) []words.Part { return s.Tell(e.Event, e.phase, s.nameOf, e.meant) }

func nameOf(v match.View, team string) string {
	for i, id := range v.State.Teams {
		if id == team && v.Teams[i].Name != "" {
			return v.Teams[i].Name
		}
	}
	return team
}

// isKick: of the shoot-out.
func (e entry) isKick() bool {
	return (e.Kind == match.Goal || e.Kind == match.Miss) && e.phase.Shootout
}

func (e entry) isGoal() bool { return e.Kind == match.Goal && !e.phase.Shootout }

func (e entry) isRed() bool { return e.Kind == match.Card && e.Card == "red" }

// who is the player or member of the staff that an event is about.
func (e entry) who() string {
	if e.Player != nil {
		return e.Player.Name
	}
	return e.Staff
}

// parts the match: a new period begins, or play stops for long.
func parts(k match.Kind) bool {
	switch k {
	case match.Start, match.Halftime, match.Continue, match.Extratime, match.Penalties, match.Stop, match.Suspend, match.Resume, match.Abandon:
		return true
	}
	return false
}

func score(n [2]int) string { return strconv.Itoa(n[0]) + "–" + strconv.Itoa(n[1]) }
