package cli

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"matchstream/internal/client"
	"matchstream/internal/match"
)

type exportCommand struct {
	Match  string        `arg:"" optional:"" help:"The match's id; see: matchstream watch."`
	All    string        `placeholder:"DIR" help:"Write every match into this folder, a file each: a backup."`
	Output string        `short:"o" placeholder:"FILE" help:"File to write to; else the standard output."`
	Server string        `default:"http://localhost:8888" help:"Server to read from. For https:// and an authority of your own: SSL_CERT_FILE=ca.pem in the environment."`
	GiveUp time.Duration `default:"1m" help:"How long to go on trying without any success."`
}

// Help stands above the flags.
func (exportCommand) Help() string {
	return "A timeline is a header line, then an event a line, cancelled ones included: what matchstream replay takes. " +
		"Its times are milliseconds since kick-off, multiplied by the match's speed; of a match at speed 0 they are what really passed. " +
		"--all also writes matches that have not begun and those that go on; a file is written whole or not at all, and to repeat it is safe: " +
		"each file is replaced by the match as it stands then. Files of matches that were deleted stay.\n\n" +
		"A timeline does not hold ids and times of day, epochs and positions, the operators' names, a match's kick-off, speed and postponement, " +
		"a team's division and colours; and what was exported at a speed and is restored at speed 0 gets new times since kick-off. " +
		"matchstream admin copy keeps all of it."
}

// Examples end the help.
func (exportCommand) Examples() string {
	return `matchstream export elp-tig-2011-09-10
matchstream export arg-fra-2022-12-18 --output final.ndjson
matchstream export --all backup --server http://localhost:8888
matchstream replay --speed 0 --token-file matchstream-data/operator-token backup`
}

// Run writes one match, or all.
func (c *exportCommand) Run(ctx context.Context, w *world) error {
	switch {
	case (c.Match == "") == (c.All == ""):
		return usagef("expected a match's id, or --all and a folder")
	case c.All != "" && c.Output != "":
		return usagef("--output: expected with one match only; --all has a folder")
	case c.GiveUp < 0:
		return usagef("--give-up: expected 0 or more, got %v", c.GiveUp)
	}
	server, err := client.New(c.Server)
	if err != nil {
		return usageError{err}
	}
	server.GiveUp = c.GiveUp
	server.Note = func(text string) { fmt.Fprintf(w.stderr, "matchstream: %s\n", text) }
	if c.All != "" {
		return c.all(ctx, w, server)
	}
	timeline, err := download(ctx, server, c.Match)
	if client.Is(err, http.StatusNotFound) {
		return unknownMatch(ctx, server, c.Match)
	}
	if err != nil {
		return fmt.Errorf("export of %s: %w", c.Match, err)
	}
	if c.Output == "" {
		_, err = w.stdout.Write(timeline)
		return err
	}
	if info, err := os.Stat(c.Output); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("--output %s: expected a file or a name that is free; without --output it goes to the standard output", c.Output)
	}
	if err := writeWhole(c.Output, timeline); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(c.Output))
}

// download is a match's timeline, looked at before it is given on: a file that
// could not be replayed is no backup.
func download(ctx context.Context, server *client.Client, id string) ([]byte, error) {
	b, err := server.Get(ctx, "/1/match/"+url.PathEscape(id)+"/history", "application/x-ndjson")
	if err != nil {
		return nil, err
	}
	t, err := match.ReadTimeline(bytes.NewReader(b))
	if err == nil && t.ID() != id {
		err = fmt.Errorf("it is one of %s", t.ID())
	}
	if err != nil {
		return nil, fmt.Errorf("expected a timeline of the match from %s: %w", server.Base, err)
	}
	return b, nil
}
