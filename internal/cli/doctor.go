package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"matchstream/internal/doctor"
)

type doctorCommand struct {
	Watchers int    `default:"10000" help:"How many shall watch at once."`
	TLS      bool   `name:"tls" help:"They come by TLS, which the server ends itself."`
	PID      int    `name:"pid" help:"Judge a server that runs, by its process; else one that would be started from here. As root, or as its user, more of it can be read."`
	Ports    string `placeholder:"PORT,PORT" help:"Ports that the server listens on; else 8888, 8889 and 9999, and with --pid those that it has."`
	All      bool   `help:"Show in full what is fine, too, and what has changed since the article's list."`
	JSON     bool   `name:"json" help:"All findings as JSON."`
	Write    string `placeholder:"DIR" help:"Put files for sysctl, logins and systemd there, of what is too small, with a README that says how to apply them."`
	Strict   bool   `help:"Warnings make the exit code 1, too."`
	Root     string `hidden:"" placeholder:"DIR" help:"Judge the host whose /proc, /sys and /etc are in this folder."`
}

// Help stands above the flags.
func (doctorCommand) Help() string {
	return "Looks for what would be in the way of many watchers on this host: descriptors, the kernel's queues and buffers, memory, processors, clock, and what it has counted of past trouble. " +
		"Each finding has the value measured, the one needed and why, and lines to paste. " +
		"Nothing is changed, and no privilege is needed; what cannot be read is said. " +
		"Exit code 1: there are failures. docs/DOCTOR.md has all checks."
}

// Examples end the help.
func (doctorCommand) Examples() string {
	return `matchstream doctor
matchstream doctor --watchers 100000 --write tuning
sudo matchstream doctor --watchers 100000 --pid 4711
matchstream doctor --json --strict > findings.json`
}

// Run examines the host.
func (c *doctorCommand) Run(w *world) error {
	q, err := c.question()
	if err != nil {
		return usageError{err}
	}
	host := doctor.Here()
	if c.Root != "" {
		collected, done, err := doctor.Collected(c.Root)
		if err != nil {
			return fmt.Errorf("--root: %w", err)
		}
		defer done()
		host = collected
	}
	if q.PID != 0 {
		if err := doctor.Running(host, q.PID); err != nil {
			return fmt.Errorf("--pid: %w", err)
		}
	}
	report := doctor.Examine(host, q)
	if c.JSON {
		err = report.JSON(w.stdout)
	} else {
		err = report.Text(w.stdout, c.All)
	}
	if err != nil {
		return fmt.Errorf("not all could be printed: %w", err)
	}
	if c.Write != "" {
		if err := c.write(w, report); err != nil {
			return fmt.Errorf("--write: %w", err)
		}
	}
	return c.verdict(report)
}

// verdict is the failure that the findings are.
func (c *doctorCommand) verdict(r doctor.Report) error {
	failures, warnings := r.Count(doctor.Failure), r.Count(doctor.Warning)
	if failures == 0 && (warnings == 0 || !c.Strict) {
		return nil
	}
	return errSilent
}

func (c *doctorCommand) question() (q doctor.Question, err error) {
	q = doctor.Question{Watchers: c.Watchers, TLS: c.TLS, PID: c.PID}
	var wrong []error
	if c.Watchers < 1 || c.Watchers > 100_000_000 {
		wrong = append(wrong, fmt.Errorf("--watchers: expected 1 to 100000000, got %d", c.Watchers))
	}
	if c.PID < 0 {
		wrong = append(wrong, fmt.Errorf("--pid: expected the number of a process, got %d", c.PID))
	}
	for word := range strings.SplitSeq(c.Ports, ",") {
		if c.Ports == "" {
			break
		}
		n, err := strconv.ParseUint(strings.TrimSpace(word), 10, 16)
		if err != nil || n == 0 {
			wrong = append(wrong, fmt.Errorf("--ports: expected ports with commas, like 8888,9999, got %s", c.Ports))
			break
		}
		q.Ports = append(q.Ports, int(n))
	}
	return q, errors.Join(wrong...)
}

// write puts the files there and says so, behind a report for people; beside JSON, where
// that does not get in the way.
func (c *doctorCommand) write(w *world, r doctor.Report) error {
	files, err := r.Write(c.Write)
	out := w.stdout
	if c.JSON {
		out = w.stderr
	}
	fmt.Fprintln(out)
	for _, f := range files {
		fmt.Fprintf(out, "%s: %s/%s\n", f.What, strings.TrimSuffix(c.Write, "/"), f.Path)
	}
	if len(files) == 0 && err == nil {
		fmt.Fprintf(out, "nothing is too small that a file could change: nothing was written to %s\n", c.Write)
	}
	return err
}
