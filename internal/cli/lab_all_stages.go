package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"matchstream/internal/lab/nodes"
	"matchstream/internal/lab/record"
	"matchstream/internal/scrape"
	"matchstream/matches"
)

// allStages is one run of lab all. It belongs to one goroutine.
type allStages struct {
	*labAllCommand
	w      *world
	began  time.Time
	node   nodes.Node
	token  string // file with the operator's
	rows   []string
	failed int
}

// run the stages, on a server of its own.
func (a *allStages) run(ctx context.Context) (err error) {
	server, err := startable(nodes.Edges, "", a.Flags)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	if a.node, err = server.Add(ctx); err != nil {
		return err
	}
	if a.token, err = server.TokenFile(); err != nil {
		return err
	}
	for _, stage := range []func(context.Context){a.working, a.boundaries, a.box, a.inside} {
		if stage(ctx); ctx.Err() != nil {
			break
		}
	}
	// The machine is for stage 5 alone, which has nodes of its own.
	if err := server.Stop(); err != nil {
		return err
	}
	if ctx.Err() == nil {
		a.nodes(ctx)
	}
	a.report(context.WithoutCancel(ctx))
	return nil
}

// working is stage 1.
func (a *allStages) working(ctx context.Context) {
	a.title("Stage 1: is it really working?")
	a.stage(ctx, "simulate", true, append([]string{"lab", "simulate", "--server", a.node.Server, "--token-file", a.token, "-n", strconv.Itoa(a.Simulated), "-c", strconv.Itoa(max(1, a.Simulated/10))},
		"--via", "tcp:70,sse:20,ws:10", "--events", "30", "--every", "500ms", "--tunnel", "5%", "--slow", "2%", "--pause", "5s", "--out", a.in("1-simulate"))...)
}

// boundaries is stage 2.
func (a *allStages) boundaries(ctx context.Context) {
	a.title("Stage 2: finding the boundaries")
	// The article's requests ask for the history of a match: here is a real one.
	final, err := matches.FS.ReadFile(matches.Final2022)
	if err == nil {
		err = os.WriteFile(a.in("final.ndjson"), final, 0o666)
	}
	if err != nil {
		a.say("%v\n", err)
		a.failed++
		return
	}
	a.quietly(ctx, "replay", "--server", a.node.Server, "--token-file", a.token, "--speed", "0", a.in("final.ndjson"))
	users := 2048
	if a.MaxUsers > 0 {
		users = min(users, a.MaxUsers)
	}
	a.stage(ctx, "http", true, "lab", "http", "--server", a.node.Server, "-n", strconv.Itoa(users), "-c", strconv.Itoa(max(1, users/16)), "--out", a.in("2-http"))
	a.stage(ctx, "bound", true, append([]string{"lab", "bound", "--server", a.node.Server, "--admin", a.node.Admin, "--token-file", a.token, "--via", a.Via, "--expect", a.Expect, "--out", a.in("2-bound")}, a.most("--max")...)...)
}

// box is stage 3.
func (a *allStages) box(ctx context.Context) {
	a.title("Stage 3: the box around it")
	args := []string{"doctor", "--watchers", strconv.Itoa(max(a.carried(), a.Simulated)), "--pid", strconv.Itoa(a.node.PID)}
	a.save(ctx, "3-doctor.json", append(args, "--json")...)
	a.stage(ctx, "doctor", false, args...)
}

// inside is stage 4: half of what it carries, and a look at it meanwhile.
func (a *allStages) inside(ctx context.Context) {
	a.title("Stage 4: looking inside")
	users := max(1, min(a.carried(), 2*5000)/2)
	load := []string{"lab", "simulate", "--server", a.node.Server, "--token-file", a.token, "-n", strconv.Itoa(users), "-c", strconv.Itoa(min(users, 500)), "--via", a.Via, "--no-api",
		"--events", "40", "--every", "250ms", "--out", a.in("4-load")}
	a.say("\n$ matchstream %s &\n", strings.Join(load, " "))
	ended := make(chan int, 1)
	go func() {
		code, _ := run(ctx, &world{args: load, stdin: a.w.stdin, stdout: io.Discard, stderr: io.Discard})
		ended <- code
	}()
	a.crowded(ctx, users, ended)
	top := []string{"top", "--admin", a.node.Admin, "--token-file", a.token, "--once"}
	a.save(ctx, "4-inside.txt", top...)
	if text, err := os.ReadFile(a.in("4-inside.txt")); err == nil {
		a.say("\n$ matchstream %s\n%s", strings.Join(top, " "), text)
	}
	if code := <-ended; code != exitOK {
		a.failed++
		a.say("the users of this stage have met something: matchstream lab report %s\n", a.in("4-load"))
	}
}

// crowded waits until the users are there, or their end.
func (a *allStages) crowded(ctx context.Context, users int, ended chan int) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		m, err := scrape.Get(ctx, http.DefaultClient, a.node.Admin+"/metrics")
		if n, _ := m.Value("matchstream_watchers"); err == nil && n >= float64(users) {
			return
		}
		select {
		case code := <-ended:
			ended <- code
			return
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// nodes is stage 5.
func (a *allStages) nodes(ctx context.Context) {
	a.title("Stage 5: adding nodes")
	first := max(16, a.carried()/2)
	args := []string{"lab", "nodes", "--max", strconv.Itoa(a.MaxNodes), "-n", strconv.Itoa(first), "-c", strconv.Itoa(max(1, first/4)), "--via", a.Via, "--expect", a.streams(),
		"--users", strconv.Itoa(a.Users), "--out", a.in("5-nodes")}
	if a.Flags != "" {
		args = append(args, "--flags="+a.Flags)
	}
	a.stage(ctx, "nodes", true, append(args, a.most("--max-users")...)...)
}

// streams is what is expected of them alone.
func (a *allStages) streams() string {
	var all []string
	for part := range strings.SplitSeq(a.Expect, ",") {
		if !strings.HasPrefix(strings.TrimSpace(part), "http") {
			all = append(all, part)
		}
	}
	return strings.Join(all, ",")
}

// carried is how many users were found to work, watching alone; 0: none.
func (a *allStages) carried() int {
	r, err := record.Read(a.in("2-bound"))
	if err != nil {
		return 0
	}
	for _, f := range r.Found {
		if f.Search == "streams" {
			return f.Users
		}
	}
	return 0
}

// report makes the pages of all.
func (a *allStages) report(ctx context.Context) {
	a.title("The report")
	a.stage(ctx, "report", true, "lab", "report", a.Out, "--article", "--output", a.in("report.html"), "--plots", a.in("plots"))
	a.save(ctx, "report.txt", "lab", "report", a.Out, "--article")
	a.save(ctx, "report.json", "lab", "report", a.Out, "--format", "json")
}

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
	a.say("\n%v in all. What was found is in %s: report.html, report.txt, report.json.\n", time.Since(a.began).Round(time.Second), a.Out)
}
