package cli

import (
	"context"
	"errors"
	"io"
	"time"

	"matchstream/internal/lab/bound"
)

type labBoundCommand struct {
	Server    string   `default:"http://localhost:8888" help:"Server to try."`
	Search    []string `enum:"http,streams,both" default:"http,streams,both" help:"What is tried, each by a search of its own: http (checkin, list of matches, history), streams (watchers), both together."`
	Via       string   `default:"tcp" help:"How the watchers come: tcp, sse, ws; several with weights (tcp:70,sse:20,ws:10). The canary takes the first."`
	API       bool     `name:"api" help:"Each watcher asks for checkin and the list of matches first, as an app does."`
	Match     string   `placeholder:"ID" help:"A match to watch, in which the lab has nothing happen; else it plays one of its own (teams laba and labb) in each try, and deletes it."`
	TokenFile string   `placeholder:"FILE" help:"File with the operator's token, for the lab's own match; else it is taken from $$MATCHSTREAM_TOKEN. An admin address that others reach is sent it, too, and wants scope admin."`

	Expect  string `placeholder:"LIST" help:"What a try fails without: complete.p99<500ms,errors=0,canary.max<2s. Else errors=0, complete.p99<1s, http.p99<1s and canary.max<2s, as far as a search has them. That all users came is always expected."`
	AtLeast int    `placeholder:"N" help:"So many users have to work in each search; else any number suffices."`

	N         int     `name:"users" short:"n" default:"16" help:"Users of the first try (N)."`
	C         int     `name:"at-once" short:"c" default:"4" help:"Of these at once on their way, or connections at once (C); with N it doubles."`
	Max       int     `placeholder:"N" help:"Most users that are tried; else as many as the lab can carry."`
	MaxAtOnce int     `placeholder:"N" help:"Most at once."`
	Precision percent `default:"2%" help:"How close the last number that works and the first that does not have to be. Less than one user is one: up to 99 it is exact, with 0% always, and always where the server turns away who is too many."`

	Events   int           `default:"20" help:"Events that are played in each try."`
	Every    time.Duration `default:"250ms" help:"Time from one to the next."`
	Over     time.Duration `placeholder:"TIME" help:"Time over which users make their requests; else as long as the events take."`
	Patience time.Duration `default:"10s" help:"Patience of a user with a connection and each answer, and with an event that does not come."`

	Admin string `placeholder:"URL" help:"Admin address of the server: its metrics and profiles are read, so that its limits can be told from others."`
	PID   int    `name:"pid" placeholder:"N" help:"Process of a server on this machine that has no such metrics: what the kernel says of it is read."`

	JSON bool   `help:"The result as JSON."`
	Out  string `placeholder:"DIR" help:"New folder to record all in, with metrics and profiles of each try; lab report reads it."`

	labFleet
	simulateService
}

// Help stands above the flags.
func (labBoundCommand) Help() string {
	return "Finds out how many users a server carries, and what stops it. Begins with 16 users, 4 at a time, doubles both until something fails, and bisects then. " +
		"What fails once is tried once more before it is believed. All the while one canary, on connections of its own, measures what a person would feel " +
		"(where a server counts connections, it is two of them). " +
		"What a failure is, is said by --expect. Then it says what was in the way: the server, the host, or the lab itself, in which case nothing was learnt about the server; " +
		"with --admin also which functions and metrics grew from the last try that worked to the first that did not. " +
		"Ctrl-C ends it and keeps what there is. Exit code 0: each search found a number of users that work, of --at-least N or more; " +
		"1: fewer work, or none; or less than what is asked for is known, since the lab was in its own way or was interrupted; 2: wrong usage."
}

// Examples end the help.
func (labBoundCommand) Examples() string {
	return `matchstream lab bound --token-file matchstream-data/operator-token --admin http://127.0.0.1:8889
matchstream lab bound --search streams --via sse --expect 'complete.p99<500ms,errors=0,canary.max<2s' --at-least 5000
matchstream lab bound --search http --max 20000 --out first
matchstream lab bound --agents host1,host2 --secret secret --server http://192.0.2.1:8888
matchstream lab bound --sse http://localhost/sub/news --pid 4711`
}

// Run searches, and says what was found.
func (c *labBoundCommand) Run(ctx context.Context, w *world) error {
	o, err := c.understand(ctx)
	if err != nil {
		return err
	}
	if o.Record, err = c.record(ctx, w, o); err != nil {
		return err
	}
	show := &boundProgress{line: newStatusLine(w.stderr), to: w.stdout}
	if c.JSON {
		show.to = io.Discard
	}
	o.Told = show.told
	found, failed := bound.Run(ctx, o)
	show.line.clear()
	result := c.judge(o, found, failed)
	if o.Record != nil {
		failed = errors.Join(failed, o.Record.End(result.end(o.Record.At())))
	}
	err = w.tell(c.JSON, result, result.text)
	if err = errors.Join(failed, err); err != nil {
		return err
	}
	if !result.OK {
		return errSilent
	}
	return nil
}
