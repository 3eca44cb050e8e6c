package cli

import (
	"context"
	"errors"
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

// run the stages, and report what there is of them, whatever has happened.
func (a *allStages) run(ctx context.Context) error {
	err := a.stages(ctx)
	a.report(context.WithoutCancel(ctx))
	return err
}

// stages are run on a server of their own. The error is one of this server: the stages
// tell theirs themselves.
func (a *allStages) stages(ctx context.Context) (err error) {
	server, err := startable(nodes.Edges, "", a.Flags)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }() // once more does nothing
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
	err = server.Stop()
	if ctx.Err() == nil {
		a.nodes(ctx)
	}
	return err
}

// working is stage 1.
func (a *allStages) working(ctx context.Context) {
	a.title("Stage 1: is it really working?")
	pause := 5 * time.Second
	if a.Every > 0 {
		pause = min(pause, 10*a.Every)
	}
	args := append([]string{"lab", "simulate", "--server", a.node.Server, "--token-file", a.token, "-n", strconv.Itoa(a.Simulated), "-c", strconv.Itoa(max(1, a.Simulated/10))},
		"--via", "tcp:70,sse:20,ws:10", "--tunnel", "5%", "--slow", "2%", "--pause", pause.String(), "--out", a.in("1-simulate"))
	a.stage(ctx, "simulate", true, append(args, a.events(30, 500*time.Millisecond)...)...)
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
	load := []string{"lab", "http", "--server", a.node.Server, "-n", strconv.Itoa(users), "-c", strconv.Itoa(max(1, users/16)), "--out", a.in("2-http")}
	if a.Events > 0 && a.Every > 0 {
		load = append(load, "--over", (time.Duration(a.Events) * a.Every).String()) // as the other stages
	}
	a.stage(ctx, "http", true, load...)
	args := append([]string{"lab", "bound", "--server", a.node.Server, "--admin", a.node.Admin, "--token-file", a.token, "--via", a.Via, "--expect", a.Expect, "--out", a.in("2-bound")}, a.most("--max")...)
	a.stage(ctx, "bound", true, append(args, a.events(20, 250*time.Millisecond)...)...)
}

// box is stage 3.
func (a *allStages) box(ctx context.Context) {
	a.title("Stage 3: the box around it")
	args := []string{"doctor", "--watchers", strconv.Itoa(max(a.carried(), a.Simulated)), "--pid", strconv.Itoa(a.node.PID)}
	a.save(ctx, "3-doctor.json", append(args, "--json")...)
	a.stage(ctx, "doctor", false, args...)
}

// lookedAt is for how long the users of stage 4 are there at least.
func (a *allStages) lookedAt() time.Duration {
	if a.Events > 0 && a.Every > 0 {
		return max(3*time.Second, time.Duration(a.Events)*a.Every)
	}
	return 10 * time.Second
}

// inside is stage 4: half of what it carries, and a look at it meanwhile. These users come
// slowly, and little happens: they are there to be looked at, and this process, which
// carries them, looks, too.
func (a *allStages) inside(ctx context.Context) {
	a.title("Stage 4: looking inside")
	users := max(1, min(a.carried(), 2*5000)/2)
	load := []string{"lab", "simulate", "--server", a.node.Server, "--token-file", a.token, "-n", strconv.Itoa(users), "-c", strconv.Itoa(min(max(1, users/20), 100)), "--via", a.Via, "--no-api", "--out", a.in("4-load")}
	every := 500 * time.Millisecond
	if a.Every > 0 {
		every = a.Every
	}
	count := max(a.Events, int(a.lookedAt()/every)) // they are there for as long as a look may take
	load = append(load, "--events", strconv.Itoa(count), "--every", every.String())
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
	// Seldom, so that nodes are compared by how many users they have, and not by how fast one
	// processor, which they share, gets through the events.
	args = append(args, a.events(10, time.Second)...)
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
