package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"matchstream/internal/lab/compare"
)

type labCompareCommand struct {
	People     string `arg:"" help:"Access log of people; - reads the standard input."`
	Simulators string `arg:"" help:"Access log of simulators."`
	Format     string `enum:"auto,ours,combined" default:"auto" help:"Format of both: ours (serve --access-log), or combined, as nginx writes it; auto looks at each."`
	JSON       bool   `help:"The result as JSON."`
}

// Help stands above the flags.
func (labCompareCommand) Help() string {
	return "Says in which ways simulated users differ from people: what they ask for, in which order, how they watch and for how long, why it ends. " +
		"For what an option of lab simulate can change it names the option. A user is known by his id, else by his address. " +
		"Shares differ when their Wilson intervals (99 %) do not overlap and by 5 points at least; times and numbers when a Kolmogorov-Smirnov test gives less than one in a thousand for chance. " +
		"Exit code 0: they do not differ; 1: they do, or there is too little to tell; 2: wrong usage."
}

// Examples end the help.
func (labCompareCommand) Examples() string {
	return `matchstream lab compare person.log simulator.log
matchstream lab compare /var/log/nginx/access.log simulator.log --json`
}

// Run compares two logs.
func (c *labCompareCommand) Run(w *world) error {
	people, err := readAccessLog(w, c.People, c.Format)
	if err != nil {
		return err
	}
	simulators, err := readAccessLog(w, c.Simulators, c.Format)
	if err != nil {
		return err
	}
	r, err := compare.Compare(people, simulators)
	if err != nil {
		return err
	}
	if c.JSON {
		e := json.NewEncoder(w.stdout)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		err = e.Encode(r)
	} else {
		_, err = io.WriteString(w.stdout, compareText(r))
	}
	if err == nil && !r.Alike() {
		err = errSilent
	}
	return err
}

func readAccessLog(w *world, name, format string) (*compare.Log, error) {
	if name == "-" {
		return compare.Read("-", w.stdin, compare.Format(format))
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, usagef("expected an access log: %w", err)
	}
	defer f.Close()
	return compare.Read(name, f, compare.Format(format))
}

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
	paragraph(&b, "Only what is hardly chance is told: shares whose Wilson intervals (99 %%) do not overlap, 5 points apart or more (with so many users: from about %.0f points on, in the middle); times and numbers by a Kolmogorov-Smirnov test (0.1 %%). Each user counts once.", 100*max(r.Visible, 0.05))
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
		head := fmt.Sprintf("%6.1f %%    %6.1f %% %s ", 100*p.People.Share(), 100*p.Simulators.Share(), mark)
		for i, row := range wrap(p.Steps, textWidth-23, 2) {
			if i > 0 {
				head = strings.Repeat(" ", 23)
			}
			b.WriteString(head + row + "\n")
		}
	}
}
