package cli

import (
	"context"
	"errors"
	"io"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/nodes"
	"matchstream/internal/lab/record"
)

type labNodesCommand struct {
	Max         int      `default:"6" placeholder:"N" help:"Nodes at most."`
	Independent bool     `help:"Nodes that know nothing of each other, each with a match of its own; else they belong together, and the match is on all."`
	Store       string   `placeholder:"URL" help:"A store that the nodes share (nats://…, redis://…); else the first has it, and the others are its edges."`
	Flags       string   `placeholder:"FLAGS" help:"More flags of serve for each node that is started, with spaces: --flags='--pump goroutine'."`
	Server      []string `placeholder:"URL" help:"Nodes that run already, with commas; else they are started on this machine."`
	Admin       []string `placeholder:"URL" help:"Admin addresses of these, in the same order: metrics of all are read, and profiles of the fullest."`
	TokenFile   string   `placeholder:"FILE" help:"File with the operator's token of nodes that run already; else it is taken from $$MATCHSTREAM_TOKEN."`

	Search    string        `enum:"http,streams,both" default:"streams" help:"What is tried on each number of nodes."`
	Via       string        `default:"tcp" placeholder:"LIST" help:"How the watchers come: tcp, sse, ws; several with weights (tcp:70,sse:20,ws:10)."`
	Expect    string        `placeholder:"LIST" help:"What a try fails without, as for lab bound."`
	N         int           `name:"first" short:"n" default:"16" help:"Users of the first try (N)."`
	C         int           `name:"at-once" short:"c" default:"4" help:"Of these at once on their way (C); with N it doubles."`
	MaxUsers  int           `placeholder:"N" help:"Most users that are tried; else as many as the lab can carry."`
	Precision percent       `default:"5%" placeholder:"SHARE" help:"How close the last number that works and the first that does not have to be."`
	Events    int           `default:"20" placeholder:"N" help:"Events that are played in each try."`
	Every     time.Duration `default:"250ms" placeholder:"TIME" help:"Time from one to the next."`
	Patience  time.Duration `default:"10s" placeholder:"TIME" help:"Patience of a user with a connection and each answer, and with an event that does not come."`

	Users    int           `placeholder:"N" help:"Say how many nodes of which size so many users need, too."`
	Within   time.Duration `default:"500ms" placeholder:"TIME" help:"Time in which the last of these is to have an event."`
	Headroom percent       `default:"30%" placeholder:"SHARE" help:"Share of each node that is kept free."`
	Spare    int           `default:"1" placeholder:"N" help:"Nodes that may be lost without anybody being turned away."`
	PerNode  int           `placeholder:"N" help:"Users that a node carries; else as measured."`
	Cores    int           `placeholder:"N" help:"Cores of a node, which then carries no more than they serve in that time; else as many as are needed."`

	JSON bool   `help:"The result as JSON."`
	Out  string `placeholder:"DIR" help:"New folder to record all in; lab report reads it."`

	labFleet
}

// Help stands above the flags.
func (labNodesCommand) Help() string {
	return "Finds out what each added node brings: starts one, two and more nodes on this machine (or takes those that it is given), seeks on each number how many users work, as lab bound does, " +
		"and says where adding stops helping. With --users it says how many nodes, of which size, so many users need, by these figures and under which assumptions. " +
		"Nodes on one machine share its processors, so there adding helps only against limits that each process has for itself. " +
		"Exit code 0: a number of users was found for each number of nodes; 1: not for each, or the lab itself was in the way; 2: wrong usage."
}

// Examples end the help.
func (labNodesCommand) Examples() string {
	return `matchstream lab nodes --max 3 --users 250000
matchstream lab nodes --max 4 --independent --expect 'complete.p99<1s,errors=0' --out nodes
matchstream lab nodes --server http://a:8888,http://b:8888 --admin http://a:8889,http://b:8889 --token-file operator-token`
}

// Run searches on each number of nodes, and says what was found.
func (c *labNodesCommand) Run(ctx context.Context, w *world) (err error) {
	s, begin, err := c.understand(ctx, w)
	if err != nil {
		return err
	}
	if s.Started != nil {
		defer func() { err = errors.Join(err, s.Started.Stop()) }()
	}
	if c.Out != "" {
		if s.Bound.Record, err = record.Create(c.Out, begin); err != nil {
			return err
		}
	}
	show := &nodesProgress{boundProgress: boundProgress{line: newStatusLine(w.stderr), to: w.stdout}}
	if c.JSON {
		show.to = io.Discard
	}
	s.Bound.Told, s.Begun = show.told, show.begins
	found, failed := nodes.Run(ctx, s)
	show.line.clear()
	result := c.judge(found, failed)
	if s.Bound.Record != nil {
		failed = errors.Join(failed, s.Bound.Record.End(lab.End{At: s.Bound.Record.At(), Interrupted: found.Interrupted, Failed: result.Failed, Verdict: result.Verdict}))
	}
	err = w.tell(c.JSON, result, func() string { return result.text(c) })
	if err = errors.Join(failed, err); err != nil {
		return err
	}
	if !result.OK {
		return errSilent
	}
	return nil
}
