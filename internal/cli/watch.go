package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"

	"matchstream/internal/client"
	"matchstream/internal/follow"
	"matchstream/internal/match"
	"matchstream/internal/wire"
	"matchstream/internal/words"
)

type watchCommand struct {
	Match   string `arg:"" optional:"" help:"The match's id; without it the matches are listed."`
	Server  string `default:"http://localhost:8888" help:"Server to watch. For https:// and an authority of your own: SSL_CERT_FILE=ca.pem in the environment."`
	Via     string `enum:"tcp,sse,ws" default:"sse" help:"Protocol: tcp (the line protocol, which tells no minutes; of an https:// server over TLS, or not at all), sse or ws."`
	User    string `placeholder:"ID" help:"Who watches, as the server shall count it; else nobody."`
	Since   string `placeholder:"POSITION" help:"Begin behind this position (17-k3f9a2, or an event's number; 0: with the first event) and not with the match as it stands."`
	Raw     bool   `help:"The bytes as they come (over ws a message a line); of the list the JSON."`
	NoColor bool   `help:"No colours; like a variable NO_COLOR in the environment."`
}

// Help stands above the flags.
func (watchCommand) Help() string {
	return "Tells what happens, a line for each event; on a terminal the score stays on top (not with TERM=dumb). " +
		"After a break it goes on where it was, by itself. " +
		"It ends with the match, or when that is deleted (exit code 0); Ctrl-C ends it before."
}

// Examples end the help.
func (watchCommand) Examples() string {
	return `matchstream watch
matchstream watch arg-fra-2022-12-18
matchstream watch arg-fra-2022-12-18 --since 0 --no-color
matchstream watch arg-fra-2022-12-18 --via tcp --raw --user me --server http://localhost:8888`
}

// Run follows a match, or lists all.
func (c *watchCommand) Run(ctx context.Context, w *world) error {
	server, err := client.New(c.Server)
	if err != nil {
		return usageError{err}
	}
	if err := wire.CheckUser(c.User); err != nil {
		return usagef("--user: %w", err)
	}
	if _, err := match.ParsePosition(c.Since); c.Since != "" && err != nil {
		return usagef("--since: %w", err)
	}
	if c.Match == "" {
		err = c.list(ctx, w, server)
	} else {
		err = c.follow(ctx, w, server)
	}
	switch {
	case ctx.Err() != nil:
		return nil // Ctrl-C is how one stops watching
	case client.Unreachable(err):
		return fmt.Errorf("no server answers at %s (matchstream serve starts one): %w", server.Base, err)
	}
	return err
}

func (c *watchCommand) follow(ctx context.Context, w *world, server *client.Client) error {
	var m wire.Match
	err := server.Call(ctx, http.MethodGet, "/1/match/"+url.PathEscape(c.Match), "", nil, &m)
	if client.Is(err, http.StatusNotFound) {
		return unknownMatch(ctx, server, c.Match)
	}
	if err != nil {
		return fmt.Errorf("reading the match: %w", err)
	}
	o := follow.Options{Server: server, Match: c.Match, Via: c.Via, User: c.User, Since: c.Since, Clock: client.RealClock{}}
	if c.Raw {
		return c.raw(ctx, w, o)
	}
	past, err := readPast(ctx, server, m)
	if err != nil {
		return fmt.Errorf("reading the history: %w", err)
	}
	tell := newNarrator(m, past, c.Since, c.Via == "tcp")
	show := c.display(w)
	defer show.end()
	show.top(tell.top(), "")
	o.Take = func(f follow.Frame) error {
		for _, l := range tell.frame(f) {
			if err := show.line(l); err != nil {
				return err
			}
		}
		return show.top(tell.top(), "")
	}
	o.Lost = func(cause error) {
		show.top(tell.top(), lost)
		show.line(line{text: lost + " (" + cause.Error() + ")", style: dim})
	}
	o.Back = func() { show.line(line{text: "connected again", style: dim}) }
	end, err := follow.Follow(ctx, o)
	if errors.Is(err, follow.ErrUnknown) {
		end, err = follow.Removed, nil // since it was looked at
	}
	if err != nil {
		return err
	}
	return show.line(tell.last(end))
}

const lost = "connection lost, trying again…"

// raw writes the bytes as they come; on a terminal without what would act on
// it.
func (c *watchCommand) raw(ctx context.Context, w *world, o follow.Options) error {
	safe := isTerminal(w.stdout)
	o.Raw = func(b []byte) error {
		if safe {
			b = harmless(b)
		}
		_, err := w.stdout.Write(b)
		return err
	}
	o.Take = func(follow.Frame) error { return nil }
	o.Lost = func(cause error) { fmt.Fprintf(w.stderr, "matchstream: %s (%s)\n", lost, words.Plain(cause.Error())) }
	o.Back = func() { fmt.Fprintf(w.stderr, "matchstream: connected again\n") }
	_, err := follow.Follow(ctx, o)
	if errors.Is(err, follow.ErrUnknown) {
		return nil
	}
	return err
}

// display is a screen on a terminal that can do that, else plain lines.
func (c *watchCommand) display(w *world) display {
	if !isTerminal(w.stdout) || os.Getenv("TERM") == "dumb" {
		return plainLines{w.stdout}
	}
	return newScreen(w.stdout.(*os.File), !c.NoColor && os.Getenv("NO_COLOR") == "")
}
