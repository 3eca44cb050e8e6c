package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"matchstream/internal/client"
	"matchstream/internal/wire"
)

type labSimulateCommand struct {
	Server string `default:"http://localhost:8888" help:"Server to follow the match on."`
	Match  string `placeholder:"ID" help:"The match; without it the matches are listed. With --events the lab plays one of its own."`
	N      int    `name:"users" short:"n" default:"1000" help:"Users (N)."`
	C      int    `name:"at-once" short:"c" default:"100" help:"Users at once on their way (C), from connecting to the match's status; at least one for each process."`
	Via    string `default:"tcp:70,sse:20,ws:10" help:"Protocols, each with its weight: tcp (the line protocol), sse, ws."`
	NoAPI  bool   `name:"no-api" help:"Users do not ask for checkin and the list of matches first."`

	Arrive  string        `enum:"steady,kickoff,waves" default:"steady" help:"How they come: steady, kickoff (thin at first, thick towards the end) or waves (in groups, with pauses)."`
	Over    time.Duration `placeholder:"TIME" help:"Time over which they come; else as fast as -c lets them."`
	Tunnel  percent       `placeholder:"SHARE" help:"Share of the users (5%) who lose the connection again and again, and resume."`
	Slow    percent       `placeholder:"SHARE" help:"Share of those who read little and seldom."`
	Leave   percent       `placeholder:"SHARE" help:"Share of those who leave for good at some time."`
	Return  percent       `placeholder:"SHARE" help:"Share of those who leave and come back later, as new."`
	Pause   time.Duration `default:"10s" help:"Mean time between such deeds."`
	Stalled int           `placeholder:"N" help:"So many more, who read nothing at all once they are there."`
	Seed    uint64        `default:"1" help:"Of all chance: the same seed, the same behaviour."`

	Events    int           `placeholder:"N" help:"The lab is the operator, too: it makes a match of its own (teams laba and labb), has so many events happen in it, ends it, and deletes it. Only so latencies are known."`
	Every     time.Duration `default:"1s" help:"Time from one of these events to the next."`
	Size      int           `placeholder:"BYTES" help:"Length of these events' texts; else as short as can be."`
	TokenFile string        `placeholder:"FILE" help:"File with the operator's token, for --events; else it is taken from $$MATCHSTREAM_TOKEN."`

	For      time.Duration `placeholder:"TIME" help:"End so long after all have come; else with the match."`
	Patience time.Duration `default:"10s" help:"Patience of a user with a connection and with each answer."`
	Expect   string        `placeholder:"LIST" help:"What must hold beside that nothing goes wrong: users=1000,complete.p99<500ms. If it speaks of errors (errors<5, errors.cut-off=0), that decides about them."`
	JSON     bool          `help:"The result as JSON."`
	Out      string        `placeholder:"DIR" help:"New folder to record the raw results in; lab report reads it."`

	labFleet
	simulateService
}

// Help stands above the flags.
func (labSimulateCommand) Help() string {
	return "Has users follow a match who know only what a client knows. Each does what a person's app does: asks where to connect and which matches there are, connects, " +
		"and checks that the status comes first, that each frame is whole, in order, and comes once, and that the match ends with a stop. " +
		"What goes wrong is told as it happens (once of each kind, then counted), and at the end by kind. " +
		"More processes are started where one has not enough descriptors; more machines carry users by --agents. " +
		"The lab suspects itself: what is its own fault is told apart, and where it is all that went wrong, nothing was learnt about the server. " +
		"Ctrl-C ends it and keeps what there is. Exit code 0: all went as a user expects; 1: it did not, or the lab failed, or it was interrupted; 2: wrong usage. " +
		"A service that is no MatchStream is described by --lines, --sse or --ws, or in a file (--service)."
}

// Examples end the help.
func (labSimulateCommand) Examples() string {
	return `matchstream lab simulate --match arg-fra-2022-12-18
matchstream lab simulate --match arg-fra-2022-12-18 -n 5000 -c 500 --arrive kickoff --over 1m --tunnel 5% --slow 2% --for 5m
matchstream lab simulate --events 60 --token-file matchstream-data/operator-token -n 18000 --expect 'latency.p99<200ms' --out first
matchstream lab simulate --match arg-fra-2022-12-18 -n 100000 --agents host1,host2 --secret secret --server http://192.0.2.1:8888
matchstream lab simulate --sse http://localhost/sub/news -n 500 --for 1m
matchstream lab simulate --lines localhost:7000 --hello 'JOIN:news\n' --ready WELCOME -n 500 --for 1m`
}

// Run simulates, and says what came of it.
func (c *labSimulateCommand) Run(ctx context.Context, w *world) error {
	carrier, err := c.carrier()
	if err != nil {
		return err
	}
	plan, expected, err := c.understand()
	if err != nil {
		return usageError{err}
	}
	if plan.Service == nil && c.Events == 0 {
		if err := c.look(ctx, w); err != nil {
			return err
		}
	}
	s := &simulation{command: c, plan: plan, carrier: carrier, line: newSimulateLine(w.stderr)}
	if err := s.operate(ctx); err != nil {
		return err
	}
	if err := s.prepare(w, expected); err != nil {
		return withClear(err, s.clear(ctx))
	}
	result, err := s.run(ctx, expected)
	s.line.done()
	if err != nil {
		return errors.Join(err, s.keep.end(simulateResult{Verdict: err.Error()}))
	}
	err = w.tell(c.JSON, result, result.text)
	if err = errors.Join(err, s.keep.end(result)); err != nil {
		return err
	}
	if !result.OK {
		return errSilent
	}
	return nil
}

// look whether there is such a match; without one, which there are.
func (c *labSimulateCommand) look(ctx context.Context, w *world) error {
	server, err := client.New(c.Server)
	if err != nil {
		return usageError{err}
	}
	if c.Match == "" {
		err = (&watchCommand{Server: c.Server}).list(ctx, w, server)
		if err == nil {
			return usagef("--match: expected the id of one of these matches, or --events N and an operator's token for a match of the lab's own")
		}
	} else {
		err = server.Call(ctx, http.MethodGet, "/1/match/"+url.PathEscape(c.Match), "", nil, &wire.Match{})
	}
	switch {
	case client.Is(err, http.StatusNotFound):
		return unknownMatch(ctx, server, c.Match)
	case client.Unreachable(err):
		return fmt.Errorf("no server answers at %s (matchstream serve starts one, matchstream demo one with matches): %w", server.Base, err)
	case err != nil:
		return fmt.Errorf("looking for the match: %w", err)
	}
	return nil
}

// percent is a share: 5%, or 0.05.
type percent float64

// UnmarshalText reads one.
func (p *percent) UnmarshalText(text []byte) error {
	v, err := parseShare(string(text))
	*p = percent(v)
	return err
}
