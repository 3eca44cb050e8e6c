package top

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"
)

// page is how many rows the page keys go.
const page = 10

// sorts by their keys.
var sorts = map[string]Sort{"l": ByLag, "m": ByMemory, "r": ByRate, "w": ByWatchers}

// key does what a key says.
func (s *screen) key(k string) tea.Cmd {
	switch {
	case k == "ctrl+c":
		return tea.Quit
	case s.Help:
		s.Help = false
		return nil
	case s.Asking:
		s.Asking = false
		switch k {
		case "c":
			return s.takeProfile("cpu")
		case "h":
			return s.takeProfile("heap")
		}
		return nil
	}
	s.Note = ""
	if by, ok := sorts[k]; ok {
		s.State.Sort = by
		return s.askNodes()
	}
	switch k {
	case "q":
		return tea.Quit
	case "?":
		s.Help = true
	case "tab":
		s.turnTo(1)
	case "shift+tab":
		s.turnTo(-1)
	case "left":
		s.Choose(-1)
	case "right":
		s.Choose(1)
	case "up", "k":
		s.Move(-1)
	case "down", "j":
		s.Move(1)
	case "pgup":
		s.Move(-page)
	case "pgdown":
		s.Move(page)
	case "home":
		s.Move(-1 << 30)
	case "end":
		s.Move(1 << 30)
	case "enter":
		if s.Open(); s.Match != "" {
			return s.askNodes()
		}
	case "esc", "backspace":
		if s.Match != "" {
			s.Match = ""
			return s.askNodes()
		}
	case "space":
		s.Held = !s.Held
	case "p":
		s.wantProfile()
	}
	return nil
}

// turnTo another panel; a match that was open is closed.
func (s *screen) turnTo(step int) {
	s.Match, s.Panel = "", (s.Panel+Panel(step)+panels)%panels
}

// wantProfile asks which one, of a node that answers.
func (s *screen) wantProfile() {
	n := s.One()
	switch {
	case s.taking != nil:
		s.Note = "one profile at a time: that of " + s.taking.node + " is being taken"
	case n == nil:
		s.Note = "a profile is of one node: choose it with the left and right arrows, then p"
	case n.Now == nil:
		s.Note = s.name(n) + " does not answer"
	default:
		s.Asking = true
	}
}

// takeProfile of the chosen node.
func (s *screen) takeProfile(kind string) tea.Cmd {
	n, node := s.One(), s.Options.Nodes[s.Chosen-1]
	name, since := s.name(n), s.clock()
	s.taking = &taking{node: name, kind: kind, since: since}
	return func() tea.Msg {
		file, bytes, err := profile(s.ctx, node, kind, name, s.Folder, since)
		if err != nil {
			return profiled{text: fmt.Sprintf("no %s profile of %s: %s", kind, name, plain(err.Error()))}
		}
		return profiled{text: fmt.Sprintf("%s profile of %s, %s bytes: go tool pprof %s", kind, name, size(bytes), file), file: file}
	}
}

// progress of a profile that is being taken.
func (t *taking) progress(now time.Time) string {
	text := t.kind + " profile of " + t.node + " is being taken"
	if t.kind == "cpu" {
		text += fmt.Sprintf(": %d of %d s", min(int(now.Sub(t.since).Seconds()), int(cpuTime.Seconds())), int(cpuTime.Seconds()))
	}
	return text
}
