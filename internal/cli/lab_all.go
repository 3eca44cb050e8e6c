package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

type labAllCommand struct {
	Out       string        `arg:"" name:"dir" default:"lab" help:"New folder for all that is found."`
	MaxUsers  int           `placeholder:"N" help:"Most users that are tried; else as many as the lab can carry."`
	MaxNodes  int           `default:"3" placeholder:"N" help:"Nodes at most."`
	Users     int           `default:"250000" placeholder:"N" help:"Say how many nodes so many users need."`
	Via       string        `default:"tcp" placeholder:"LIST" help:"How the watchers of stages 2 and 5 come: tcp, sse, ws."`
	Expect    string        `default:"errors=0,complete.p99<1s,http.p99<1s,canary.max<2s" placeholder:"LIST" help:"What a try fails without."`
	Simulated int           `default:"1000" placeholder:"N" help:"Users of the first stage."`
	Events    int           `placeholder:"N" help:"Events that each stage plays in a try; else 10 to 40."`
	Every     time.Duration `placeholder:"TIME" help:"Time from one to the next; else as each stage has it, 250ms to 1s."`
	Flags     string        `placeholder:"FLAGS" help:"More flags of serve for the nodes, with spaces: --flags='--pump goroutine'."`
}

// Help stands above the flags.
func (labAllCommand) Help() string {
	return "The five stages, one after the other, on servers of this program that are started on this machine: " +
		"(1) is it really working? (2) finding the boundaries, (3) the box around it, (4) looking inside, (5) adding nodes; and a report of it all. " +
		"Each stage is a command that one can give alone, too: it is shown before it is run. " +
		"That takes a quarter of an hour or so. Ctrl-C ends it, keeps what there is and reports it. " +
		"Exit code 0: each stage has found what it was to find; 1: one has not, or it was interrupted; 2: wrong usage. What the doctor (3) finds is told, and is no failure."
}

// Examples end the help.
func (labAllCommand) Examples() string {
	return `matchstream lab all
matchstream lab all first --via sse --max-nodes 6
matchstream lab all quick --max-users 500 --simulated 100 --max-nodes 2`
}

// Run runs all stages.
func (c *labAllCommand) Run(ctx context.Context, w *world) error {
	if c.Events < 0 || c.Every < 0 {
		return usagef("--events %d --every %v: expected no less than 0, which leaves it to each stage", c.Events, c.Every)
	}
	if c.MaxUsers < 0 || c.MaxNodes < 1 || c.Users < 1 || c.Simulated < 1 {
		return usagef("--max-users %d --max-nodes %d --users %d --simulated %d: expected at least one node and one user", c.MaxUsers, c.MaxNodes, c.Users, c.Simulated)
	}
	if err := newFolder(c.Out); err != nil {
		return err
	}
	a := &allStages{labAllCommand: c, w: w, began: time.Now()}
	err := a.run(ctx)
	if ctx.Err() != nil {
		a.say("\nIt was interrupted: this is what was found until then.\n")
		a.failed++
	}
	a.summary()
	if err != nil {
		return err
	}
	if a.failed > 0 {
		return errSilent
	}
	return nil
}

// newFolder makes one, which must not be there, or be empty.
func newFolder(name string) error {
	entries, err := os.ReadDir(name)
	if err == nil && len(entries) > 0 {
		return fmt.Errorf("%s: expected a new folder, or an empty one", name)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.MkdirAll(name, 0o777)
}

// in is a file or folder of the results.
func (c *labAllCommand) in(name string) string { return filepath.Join(c.Out, name) }

// events are the flags for what a stage plays, with these if nothing else is said.
func (c *labAllCommand) events(count int, every time.Duration) []string {
	if c.Events > 0 {
		count = c.Events
	}
	if c.Every > 0 {
		every = c.Every
	}
	return []string{"--events", strconv.Itoa(count), "--every", every.String()}
}

// most is the flag for the most users, where there is one.
func (c *labAllCommand) most(flag string) []string {
	if c.MaxUsers == 0 {
		return nil
	}
	return []string{flag, strconv.Itoa(c.MaxUsers)}
}
