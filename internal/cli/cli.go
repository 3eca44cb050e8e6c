// Package cli is the command line: the subcommands, one file each, their
// flags, environment variables and configuration file, their help, and the
// exit codes.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // what was asked for could not be done, or ended differently
	exitUsage  = 2 // what was asked for cannot be understood
)

// commands is the whole command line.
type commands struct {
	Serve   serveCommand   `cmd:"" help:"Run the server."`
	Demo    demoCommand    `cmd:"" help:"Run a server that plays four real matches: the way to see it all."`
	Replay  replayCommand  `cmd:"" help:"Play matches from timeline files to a server."`
	Watch   watchCommand   `cmd:"" help:"Follow a match in the terminal, or list the matches."`
	Export  exportCommand  `cmd:"" help:"Write matches to timeline files."`
	Admin   adminCommand   `cmd:"" help:"Look after a server."`
	Top     topCommand     `cmd:"" help:"Look inside nodes at work: what lags, what grows, what takes the time."`
	Lab     labCommand     `cmd:"" help:"Find out how many users a service carries, and what stops it."`
	Doctor  doctorCommand  `cmd:"" help:"Look for what is in the way of many watchers on this host."`
	Version versionCommand `cmd:"" help:"Print the version."`

	Completion completionCommand `cmd:"" help:"Print a script for Tab in bash, zsh or fish."`
	Complete   completeCommand   `cmd:"" name:"__complete" hidden:""` // what the script asks
}

// world is what a command has around it.
type world struct {
	args           []string // of the whole command line
	stdin          io.Reader
	stdout, stderr io.Writer
	unsaid         error // the first that printf met
}

// printf says something. That it could not be said is a failure of the command,
// told at its end.
func (w *world) printf(format string, a ...any) {
	if _, err := fmt.Fprintf(w.stdout, format, a...); err != nil && w.unsaid == nil {
		w.unsaid = fmt.Errorf("not all could be printed: %w", err)
	}
}

// usageError is a command line, environment or file that cannot be meant so.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, a ...any) error { return usageError{fmt.Errorf(format, a...)} }

// errSilent is a failure that has been told already.
var errSilent = errors.New("")

// Main runs one command line (without the program's name) to its end and
// returns the exit code: 0 all went well, 1 it failed, 2 wrong usage. The
// first SIGINT or SIGTERM ends a command gently, a second one at once. Of SIGHUP
// see untilLeft.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	w := &world{args: args, stdin: stdin, stdout: stdout, stderr: stderr}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	// From the first signal on signals do again what they do to any program.
	context.AfterFunc(ctx, stop)

	code, err := run(ctx, w)
	if err != nil && !errors.Is(err, errSilent) {
		fmt.Fprintf(stderr, "matchstream: %v\n", err)
	}
	return code
}

func run(ctx context.Context, w *world) (code int, err error) {
	helped := false
	from := newSources()
	parser, err := kong.New(&commands{},
		kong.Name("matchstream"),
		kong.Description("A server for following football matches live."),
		kong.Writers(w.stdout, w.stderr),
		// kong exits after it has printed a help text, and only then.
		kong.Exit(func(int) { helped = true }),
		kong.Help(printHelp),
		kong.ValueFormatter(describeValue),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Bind(w, from),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Resolvers(from),
	)
	if err != nil {
		return exitFailed, err
	}
	args := w.args
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if helped {
		if len(w.args) == 0 {
			return exitUsage, errSilent
		}
		return exitOK, nil
	}
	if err != nil {
		return exitUsage, fmt.Errorf("%w\n%s", err, helpHint(err))
	}
	ctx, stop := w.untilLeft(ctx, parsed.Command())
	defer stop()
	parsed.BindTo(ctx, (*context.Context)(nil))
	if err = parsed.Run(); err == nil {
		err = w.unsaid
	}
	var usage usageError
	switch {
	case err == nil:
		return exitOK, nil
	case errors.As(err, &usage):
		return exitUsage, fmt.Errorf("%w\n(see %s --help)", err, parsed.Selected().FullPath())
	}
	return exitFailed, err
}

// helpHint names the help text that belongs to a parse error.
func helpHint(err error) string {
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil {
		if n := parse.Context.Selected(); n != nil {
			return "(see " + n.FullPath() + " --help)"
		}
	}
	return "(see matchstream --help)"
}
