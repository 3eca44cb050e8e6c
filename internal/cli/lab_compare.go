package cli

import (
	"os"

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
		"Shares differ when their Wilson intervals (99%) do not overlap and by 5 points at least; times and numbers when a Kolmogorov-Smirnov test gives less than one in a thousand for chance, and times by a second and a tenth at least. " +
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
	err = w.tell(c.JSON, r, func() string { return compareText(r) })
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
