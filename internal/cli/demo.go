package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"matchstream/internal/auth"
	"matchstream/internal/logging"
	"matchstream/internal/match"
	"matchstream/internal/node"
	"matchstream/internal/replay"
	"matchstream/matches"
)

// featured are the matches of the demonstration: the final with extra time
// and shoot-out, the match of 2011, the 1–7, and a quarter-final that was
// equalised in the last minute, with a red card and another shoot-out.
var featured = []string{
	matches.Final2022,
	matches.Seed,
	"worldcup-2014/bra-ger-2014-07-08.ndjson",
	"worldcup-2022/ned-arg-2022-12-09.ndjson",
}

// encore is the pause before the demonstration begins again.
const encore = 15 * time.Second

type demoCommand struct {
	Speed float64 `default:"60" help:"How many times faster than it really was; 0: as fast as possible."`
	Once  bool    `help:"End after the last match; exit code 1 if a result is not the record's."`
	HTTP  string  `name:"http" default:":8888" help:"Address of the API, the pages and the streams."`
	TCP   string  `name:"tcp" default:":9999" help:"Address of the line protocol."`
	Admin string  `default:"127.0.0.1:8889" help:"Address of the node's page, metrics and profiles."`
}

// Help stands above the flags.
func (demoCommand) Help() string {
	return "Starts a server with its data in a temporary folder and plays four real matches to it, again and again. " +
		"A port that is taken is replaced by the next free one."
}

// Examples end the help.
func (demoCommand) Examples() string {
	return `matchstream demo
matchstream demo --speed 600 --once`
}

// Run runs the demonstration until a signal ends it.
func (c *demoCommand) Run(ctx context.Context, w *world) (err error) {
	if !(c.Speed >= 0 && c.Speed <= replay.MaxSpeed) {
		return usagef("--speed: expected 0 (as fast as possible) to %d, got %v", replay.MaxSpeed, c.Speed)
	}
	timelines, err := featuredTimelines()
	if err != nil {
		return err
	}
	// `demo | head` must not leave the folder behind: a closed standard output
	// ends the demonstration like a signal.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	signal.Ignore(syscall.SIGPIPE)
	w = &world{args: w.args, stdin: w.stdin, stdout: untilBroken{w.stdout, cancel}, stderr: w.stderr}

	folder, err := os.MkdirTemp("", "matchstream-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	config, err := c.config(folder)
	if err != nil {
		return err
	}
	levels, _ := logging.ParseLevels("warn") // a constant
	log := logging.New(w.stderr, logging.Options{Levels: levels})
	defer log.Close()
	config.Log = log.Logger
	tokenFile := filepath.Join(folder, "operator-token.txt")
	if err := os.WriteFile(tokenFile, []byte(config.OperatorToken+"\n"), 0o600); err != nil {
		return err
	}
	n, err := node.Start(ctx, config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.Shutdown(context.WithoutCancel(ctx))) }()

	c.invite(w, n, tokenFile, timelines[0])
	return c.play(ctx, w, replay.Options{
		Timelines: timelines, Servers: []string{"http://" + dialable(n.HTTPAddr())},
		Token: config.OperatorToken, Speed: c.Speed, Reset: true, Observe: ticker(w),
	})
}

// config is that of serve's defaults, but for what makes it a demonstration.
func (c *demoCommand) config(folder string) (node.Config, error) {
	serve, err := serveDefaults()
	if err != nil {
		return node.Config{}, err
	}
	serve.Data = filepath.Join(folder, "data")
	serve.HTTP, serve.TCP, serve.Admin = c.HTTP, c.TCP, c.Admin
	serve.Drain = 0 // its watchers have nowhere else to go
	config, err := serve.config(func(string) string { return "flag" })
	if err != nil {
		return config, usageError{err}
	}
	config.OperatorToken = auth.Generate()
	config.NextFreePort = true
	return config, nil
}

// play plays all matches, and again until ctx ends.
func (c *demoCommand) play(ctx context.Context, w *world, o replay.Options) error {
	for {
		outcomes, err := replay.Play(ctx, o)
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			w.printf("\nStopped.\n")
			return nil
		}
		printOutcomes(w.stdout, outcomes, false)
		failed := false
		for _, r := range outcomes {
			if r.Err != nil {
				failed = true
				fmt.Fprintf(w.stderr, "matchstream: %s: %v\n", r.Match, r.Err)
			}
		}
		switch {
		case c.Once && failed:
			return errSilent
		case c.Once:
			return nil
		}
		w.printf("\nIt begins again in %v; Ctrl-C ends it.\n\n", encore)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(encore):
		}
	}
}

func featuredTimelines() ([]match.Timeline, error) {
	var all []match.Timeline
	for _, name := range featured {
		f, err := matches.FS.Open(name)
		if err != nil {
			return nil, err
		}
		t, err := match.ReadTimeline(f)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, t)
	}
	return all, nil
}

// dialable is a listener's address as this process can connect to it.
func dialable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// serveDefaults are the settings of a server without flags, environment or
// file.
func serveDefaults() (c serveCommand, err error) {
	return c, kong.ApplyDefaults(&c)
}

// untilBroken calls broken when nobody reads any more what is written.
type untilBroken struct {
	io.Writer
	broken func()
}

func (u untilBroken) Write(b []byte) (int, error) {
	n, err := u.Writer.Write(b)
	if errors.Is(err, syscall.EPIPE) { // a full disk is another matter
		u.broken()
	}
	return n, err
}
