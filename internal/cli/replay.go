package cli

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"matchstream/internal/replay"
)

type replayCommand struct {
	Files     []string      `arg:"" name:"file" help:"Timelines, as matchstream export writes them, or folders of them (*.ndjson)."`
	Server    []string      `default:"http://localhost:8888" help:"Server to play to; repeatable: each independent server gets the matches. For https:// and an authority of your own: SSL_CERT_FILE=ca.pem in the environment."`
	TokenFile string        `placeholder:"FILE" help:"File with the operator's token; else it is taken from $MATCHSTREAM_TOKEN."`
	Speed     float64       `default:"60" help:"How many times faster than it really was; 0: as fast as the events are taken."`
	Reset     bool          `help:"Delete an old match first."`
	Force     bool          `help:"Insist on events that the rules about players doubt."`
	GiveUp    time.Duration `default:"5m" help:"How long to go on trying without any success."`
}

// Help stands above the flags.
func (replayCommand) Help() string {
	return "Teams and match are created where they are not there. A match that has begun is gone on with, behind the last event that it has; " +
		"so a replay that was interrupted is simply started again. At the end the result is compared with the file's. " +
		"All files are read and checked before anything is sent; those of a folder are played by date, then name. " +
		"At a speed all matches go at the same time, at --speed 0 one after the other, some at a time. " +
		"A folder of export --all is restored by --speed 0; see matchstream export --help for what a timeline holds."
}

// Examples end the help.
func (replayCommand) Examples() string {
	return `export MATCHSTREAM_TOKEN="$(cat matchstream-data/operator-token)"
matchstream replay matches/elp-tig-2011-09-10.ndjson
matchstream replay --speed 0 --reset matches/worldcup-2022/*.ndjson
matchstream replay --speed 0 backup/
matchstream replay --server http://a:8888 --server http://b:8888 --token-file token final.ndjson`
}

// Run plays the files and compares the results.
func (c *replayCommand) Run(ctx context.Context, w *world) error {
	if !(c.Speed >= 0 && c.Speed <= replay.MaxSpeed) {
		return usagef("--speed: expected 0 (as fast as possible) to %d, got %v", replay.MaxSpeed, c.Speed)
	}
	if c.GiveUp <= 0 {
		return usagef("--give-up: expected more than 0, got %v", c.GiveUp)
	}
	token, err := c.token()
	if err != nil {
		return err
	}
	timelines, err := readTimelines(c.Files)
	if err != nil {
		return err
	}
	watch, finish := c.progress(w, len(timelines)*len(c.Server))
	outcomes, err := replay.Play(ctx, replay.Options{
		Sources: timelines, Servers: c.Server, Token: token, Speed: c.Speed, Reset: c.Reset, Force: c.Force,
		GiveUp: c.GiveUp, Observe: watch,
	})
	finish()
	if err != nil {
		return usageError{err}
	}
	printOutcomes(w.stdout, outcomes, len(c.Server) > 1)
	var failures []string
	for _, o := range outcomes {
		if o.Err != nil {
			failures = append(failures, fmt.Sprintf("%s on %s: %v", o.Match, o.Server, o.Err))
		}
	}
	printFailures(w.stderr, failures)
	failed := len(failures) > 0
	if failed && ctx.Err() != nil {
		fmt.Fprintf(w.stderr, "To go on where it stopped, type:\n  %s\n", resumeLine(w.args))
	}
	if failed {
		return errSilent
	}
	return nil
}

// token is the operator's, from the file or the environment.
func (c *replayCommand) token() (string, error) {
	text := os.Getenv(tokenVariable)
	if c.TokenFile != "" {
		b, err := os.ReadFile(c.TokenFile)
		if err != nil {
			return "", fmt.Errorf("--token-file: %w", err)
		}
		text = string(b)
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return "", usagef("an operator's token is expected in $%s or in the file given by --token-file", tokenVariable)
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", usagef("the token has spaces or other characters that cannot stand in a header; expected one token and nothing else")
	}
	return text, nil
}

// resumeLine is the command line again, without --reset, which would begin
// from the start.
func resumeLine(args []string) string {
	words := []string{"matchstream"}
	for _, a := range args {
		if a == "--reset" || a == "--reset=true" {
			continue
		}
		if strings.ContainsFunc(a, func(r rune) bool { return !strings.ContainsRune("-_./:=@%+,", r) && !isAlphanumeric(r) }) || a == "" {
			a = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
		}
		words = append(words, a)
	}
	return strings.Join(words, " ")
}

func isAlphanumeric(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// isTerminal says whether w is a terminal on which lines can be overwritten.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return false
	}
	// Some have no size (a pipe dressed up as a terminal).
	width, height, err := term.GetSize(int(f.Fd()))
	return err == nil && width > 0 && height > 0
}
