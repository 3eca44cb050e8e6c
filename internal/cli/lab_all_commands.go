package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// save what a command prints.
func (a *allStages) save(ctx context.Context, name string, args ...string) {
	var out bytes.Buffer
	code, err := run(ctx, &world{args: args, stdin: a.w.stdin, stdout: &out, stderr: io.Discard})
	if err != nil && !errors.Is(err, errSilent) || code == exitUsage {
		a.say("%s: %v\n", name, err)
		a.failed++
	}
	if err := os.WriteFile(a.in(name), out.Bytes(), 0o666); err != nil {
		a.say("%v\n", err)
		a.failed++
	}
}

// quietly runs a command of which only its failure is told.
func (a *allStages) quietly(ctx context.Context, args ...string) {
	a.say("\n$ matchstream %s\n", strings.Join(args, " "))
	var said bytes.Buffer
	code, err := run(ctx, &world{args: args, stdin: a.w.stdin, stdout: &said, stderr: &said})
	if code != exitOK && ctx.Err() == nil {
		a.failed++
		a.say("%s%v\n", said.String(), err)
	}
}

// stage runs a command as it is typed.
func (a *allStages) stage(ctx context.Context, name string, counts bool, args ...string) {
	if ctx.Err() != nil {
		return
	}
	a.say("\n$ matchstream %s\n", strings.Join(args, " "))
	began := time.Now()
	code, err := run(ctx, &world{args: args, stdin: a.w.stdin, stdout: a.w.stdout, stderr: a.w.stderr})
	if err != nil && !errors.Is(err, errSilent) {
		a.say("%v\n", err)
	}
	if code != exitOK && counts {
		a.failed++
	}
	a.rows = append(a.rows, fmt.Sprintf("%-10s %8v   exit code %d", name, time.Since(began).Round(time.Second), code))
}

func (a *allStages) title(text string) { a.say("\n%s\n%s\n", text, strings.Repeat("=", len(text))) }

func (a *allStages) say(format string, args ...any) { a.w.printf(format, args...) }

// summary is the last that is said.
func (a *allStages) summary() {
	a.title("All stages")
	for _, row := range a.rows {
		a.say("%s\n", row)
	}
	a.say("\n%v in all. %s\n", time.Since(a.began).Round(time.Second), a.reports())
}
