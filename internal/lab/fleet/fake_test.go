package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"matchstream/internal/lab"
)

// TestMain is the tests, or, started by them, a process that carries a part.
func TestMain(m *testing.M) {
	if os.Getenv("FLEET_TEST_CARRIES") != "" {
		err := Carry(context.Background(), os.Stdin, os.Stdout, &fake{events: int64(os.Getpid())})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if os.Getenv("FLEET_TEST_COORDINATES") != "" {
		f := children(50)
		command := f.Command
		f.Command = func() *exec.Cmd {
			cmd := command()
			cmd.ExtraFiles = []*os.File{os.NewFile(3, "open as long as somebody lives")}
			return cmd
		}
		if _, err := f.Gather(context.Background(), lab.Plan{Users: 100, Match: "m"}); err != nil {
			panic(err)
		}
		fmt.Println("gathered")
		select {}
	}
	goleak.VerifyTestMain(m)
}

// children is a fleet of processes of this test.
func children(room int) *Fleet {
	return &Fleet{Room: room, Command: func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "FLEET_TEST_CARRIES=1", "GORACE=atexit_sleep_ms=0")
		return cmd
	}}
}

// fake is a crowd that is all there at once; each user gets all events. What it is to do
// otherwise is said by the plan's match: "fails" has nobody come; "dies" kills the
// process when the part with the first user is asked for its tally the second time.
type fake struct {
	events   int64
	more     bool          // come with each look
	settling chan struct{} // nil: settled at once
	got      *fakeCrowd
	mu       sync.Mutex
}

type fakeCrowd struct {
	*fake
	plan  lab.Plan
	asked int
	ended context.Context
	quiet time.Duration
}

func (f *fake) Gather(ctx context.Context, p lab.Plan) (lab.Crowd, error) {
	if p.Match == "fails" {
		return nil, errors.New("nobody came")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.got = &fakeCrowd{fake: f, plan: p, ended: ctx}
	return f.got, nil
}

func (c *fakeCrowd) Settled() <-chan struct{} {
	if c.settling != nil {
		return c.settling
	}
	now := make(chan struct{})
	close(now)
	return now
}

// Tally has the plan as a finding, so that the test sees what the part was told.
func (c *fakeCrowd) Tally() *lab.Tally {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked++; c.asked == 2 && c.plan.Match == "dies" && c.plan.First == 0 {
		fmt.Fprintln(os.Stderr, "panic: out of luck")
		os.Exit(3)
	}
	if c.more {
		c.events++
	}
	t := lab.NewTally()
	t.Asked, t.Ready, t.Been, t.Events = c.plan.Users, c.plan.Users, c.plan.Users, c.events
	t.Latency.Record(time.Duration(1+c.plan.First) * time.Millisecond)
	t.Generator.Processes = 1
	b, _ := json.Marshal(c.plan)
	t.Find(lab.Finding{Code: "plan-" + fmt.Sprint(c.plan.First), Text: string(b)})
	return t
}

func (c *fakeCrowd) Finish(ctx context.Context, last int, quiet time.Duration) (*lab.Tally, error) {
	c.mu.Lock()
	c.quiet = quiet
	c.mu.Unlock()
	if last == 0 || c.plan.Match == "missing" {
		<-ctx.Done()
	}
	t := c.Tally()
	t.Ready = 0
	return t, nil
}

// plans are those that the parts were told, by the first user.
func plans(t *testing.T, tally *lab.Tally) (all []lab.Plan) {
	t.Helper()
	for _, f := range tally.Findings {
		if !strings.HasPrefix(f.Code, "plan-") {
			continue
		}
		var p lab.Plan
		if err := json.Unmarshal([]byte(f.Text), &p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// piped is a part in this process.
func piped(t *testing.T, f lab.Carrier, share lab.Plan) *part {
	ours, theirs := net.Pipe()
	w := &worker{link: newLink(theirs, mostBytes), inner: f, room: 100, now: time.Now}
	done := make(chan error)
	go func() { done <- w.work(t.Context()) }()
	p := newPart("part", newLink(ours, mostBytes))
	p.share = share
	if err := p.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := p.gather(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.close()
		<-done
	})
	return p
}

func await(t *testing.T, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(30 * time.Second):
		t.Fatalf("still not after 30 s: %s", what)
	}
}
