package cli

import (
	"fmt"
	"strings"

	"matchstream/internal/lab/compare"
)

// compareText is the report for a person, in 80 columns.
func compareText(r *compare.Report) string {
	var b strings.Builder
	for _, s := range []struct {
		who string
		compare.Summary
	}{{"people", r.People}, {"simulators", r.Simulators}} {
		paragraph(&b, "%-11s %s (%s): %d users, %d requests, %d connections%s", s.who, s.Name, s.Format, s.Users, s.Requests, s.Connections, besides(s.Summary))
	}
	b.WriteString("\n")
	differences(&b, r)
	paths(&b, r.Paths)
	for _, text := range r.CannotTell {
		b.WriteString("\n")
		paragraph(&b, "Cannot tell: %s", text)
	}
	b.WriteString("\n")
	paragraph(&b, "Only what is hardly chance is told: shares whose Wilson intervals (99%%) do not overlap, 5 points apart or more (with so many users: from about %.0f points on, in the middle); times and numbers by a Kolmogorov-Smirnov test (0.1%%), times by a second and a tenth at least. Each user counts once.", 100*max(r.Visible, 0.05))
	return b.String()
}

// besides is what was not compared, in lines.
func besides(s compare.Summary) (text string) {
	if s.Left > 0 {
		text += fmt.Sprintf("; left out: %d of operators, monitors and scanners", s.Left)
	}
	if s.Bad > 0 {
		text += fmt.Sprintf("; could not be read: %d, the first: %s", s.Bad, s.First)
	}
	return text
}

// differences are numbered, the gravest first.
func differences(b *strings.Builder, r *compare.Report) {
	const most = 20
	switch {
	case r.Alike():
		b.WriteString("The simulators are like the people, as far as these logs show.\n")
		return
	case len(r.Differences) == 0:
		b.WriteString("They differ in nothing but the ways that they go, see below.\n")
		return
	}
	b.WriteString("In this they differ, the gravest first:\n")
	for i, d := range r.Differences {
		if i == most {
			fmt.Fprintf(b, "    and %d more (all of them: --json)\n", len(r.Differences)-most)
			break
		}
		for _, row := range wrap(fmt.Sprintf("%3d. %s", i+1, d.Text), textWidth, 5) {
			b.WriteString(row + "\n")
		}
		if d.Option != "" {
			fmt.Fprintf(b, "     to make them alike: lab simulate %s\n", d.Option)
		}
	}
}

// paths are the ways of users, with their shares.
func paths(b *strings.Builder, all []compare.Path) {
	b.WriteString("\nThe ways that most users go (≠: by more than chance):\n  people  simulators\n")
	for _, p := range all {
		mark := " "
		if p.Differs {
			mark = "≠"
		}
		head := fmt.Sprintf("%6.1f%%    %6.1f%% %s ", 100*p.People.Share(), 100*p.Simulators.Share(), mark)
		for i, row := range wrap(p.Steps, textWidth-23, 2) {
			if i > 0 {
				head = strings.Repeat(" ", 23)
			}
			b.WriteString(head + row + "\n")
		}
	}
}
