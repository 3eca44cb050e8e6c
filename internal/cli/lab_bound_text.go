package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/bound"
)

// boundProgress shows how searches stand: a line that changes, and a row for each try.
type boundProgress struct {
	line  *statusLine
	to    io.Writer
	begun bool
}

func (s *boundProgress) told(p bound.Progress) {
	if p.Ended == nil {
		s.line.show(boundLine(p))
		return
	}
	s.line.clear()
	if !s.begun {
		s.begun = true
		fmt.Fprintf(s.to, "%4s %-8s %7s %7s %9s %9s %9s %7s\n", "TRY", "", "USERS", "AT ONCE", "EVENTS", "HTTP", "CANARY", "ERRORS")
		fmt.Fprintf(s.to, "%4s %-8s %7s %7s %9s %9s %9s\n", "", "", "", "", "p99", "p99", "max")
	}
	io.WriteString(s.to, boundRow(*p.Ended)) //nolint:errcheck // the result is what counts
}

// boundLine is what is happening, how long it still takes, and what was found so far.
func boundLine(p bound.Progress) string {
	text := fmt.Sprintf("%s, try %d: %s, %d at once: %s", p.Search, p.Step, someUsers(p.Users), p.AtOnce, p.Doing)
	if p.Doing == "coming" || p.Doing == "events" {
		text += fmt.Sprintf(", %d there", p.Ready)
	}
	switch {
	case p.Failed > 0:
		text += fmt.Sprintf("; between %d and %d", p.Worked, p.Failed)
	case p.Worked > 0:
		text += fmt.Sprintf("; %d work", p.Worked)
	}
	if p.Known && p.Left > 0 {
		text += fmt.Sprintf("; at most %v", p.Left.Round(time.Second))
	}
	return text
}

// boundRow is one try.
func boundRow(s lab.Step) string {
	figure := func(name string) string {
		v, ok := s.Figures[name]
		if !ok {
			return "-"
		}
		return lab.Show(name, v)
	}
	verdict := "ok"
	if !s.OK {
		verdict = "fails"
	}
	text := fmt.Sprintf("%4d %-8s %7d %7d %9s %9s %9s %7s  %s\n", s.Number, s.Search, s.Users, s.AtOnce,
		figure("complete.p99"), figure("http.p99"), figure("canary.max"), lab.Show("errors", s.Figures["errors"]), verdict)
	for _, failed := range s.Failed {
		text += "       " + failed + "\n"
	}
	return text
}

// text is the result for a person, behind the rows of the tries.
func (r *boundResult) text() string {
	var b strings.Builder
	say := func(indent int, format string, a ...any) {
		for _, row := range wrap(fmt.Sprintf(format, a...), listWidth, indent) {
			b.WriteString(row + "\n")
		}
	}
	for _, f := range r.Found {
		say(0, "\n%s", boundOutcome(f, r.Steps))
		if f.Limit == nil {
			continue
		}
		say(0, "In the way: %s (%s). %s", f.Limit.Of, f.Limit.What, f.Limit.Text)
		for _, e := range f.Limit.Evidence {
			say(4, "  - %s", e)
		}
		if f.Limit.Remedy != "" {
			say(4, "  to do: %s", f.Limit.Remedy)
		}
		if text := r.Compared[f.Search]; text != "" {
			fmt.Fprintf(&b, "\n%s", text)
		}
	}
	if len(r.Found) != 1 {
		say(0, "\n%s", r.Verdict)
	}
	if len(r.Failed) > 0 {
		say(0, "\nNot what was asked for:")
	}
	for _, failed := range r.Failed {
		say(4, "  - %s", failed)
	}
	return b.String()
}
