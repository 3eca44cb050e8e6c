package bound

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"matchstream/internal/lab"
	"matchstream/internal/lab/crowd"
	"matchstream/internal/lab/faulty"
	"matchstream/internal/lab/fleet"
	"matchstream/internal/lab/operator"
	"matchstream/internal/lab/search"
)

const carries = "BOUND_TEST_CARRIES"

func TestMain(m *testing.M) {
	if os.Getenv(carries) != "" { // a process of a fleet
		if err := fleet.Carry(context.Background(), os.Stdin, os.Stdout, crowd.Carrier{}); err != nil {
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

// child is this program as a process of a fleet.
func child() *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), carries+"=1")
	c.Stderr = os.Stderr
	return c
}

func serve(t *testing.T, f faulty.Fault) *faulty.Server {
	t.Helper()
	f.Exempt = "lab-canary"
	s, err := faulty.Start(f)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func expected(t *testing.T, list string) []lab.Expected {
	t.Helper()
	all, err := lab.ParseExpected(list)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// quick options: tries of a tenth of a second.
func quick(t *testing.T, s *faulty.Server) Options {
	return Options{
		Plan:    lab.Plan{Seed: 1, Server: s.URL(), Via: []lab.Share{{Via: lab.TCP, Weight: 1}}, Patience: 20 * time.Second},
		Carrier: crowd.Carrier{}, Inside: true,
		Operator: func(ctx context.Context) (operator.Operator, error) {
			return operator.OnMatchStream(ctx, s.URL(), "a-token", operator.Timing{})
		},
		Requests: func(match string) []lab.Request {
			return []lab.Request{{Name: "checkin", URL: s.URL() + "/1/checkin"}, {Name: "matches", URL: s.URL() + "/1/matches"}, {Name: "history", URL: s.URL() + "/1/match/" + match + "/history"}}
		},
		Events: 3, Every: 10 * time.Millisecond, Over: 30 * time.Millisecond, Quiet: 20 * time.Second, Same: true,
		Expected: expected(t, "errors=0"),
	}
}

func search1(t *testing.T, o Options, name string) (Result, lab.Found) {
	t.Helper()
	o.Searches = []string{name}
	r, err := Run(t.Context(), o)
	if err != nil || len(r.Found) != 1 {
		t.Fatalf("%+v, %v", r.Found, err)
	}
	return r, r.Found[0]
}

// A server that stops at a number of users: it is found exactly, however it stops.
func TestExactNumber(t *testing.T) {
	for name, c := range map[string]struct {
		fault  faulty.Fault
		expect string
		via    lab.Protocol
	}{
		"resets":          {faulty.Fault{Users: 37}, "errors=0", lab.TCP},
		"resets at once":  {faulty.Fault{Users: 5}, "errors=0", lab.SSE},
		"takes none":      {faulty.Fault{Users: 1}, "errors=0", lab.WebSocket},
		"slows down":      {faulty.Fault{Users: 5, Over: faulty.Slowed, Beyond: time.Second}, "complete.p99<600ms", lab.TCP},
		"errors expected": {faulty.Fault{Users: 21}, "errors<4", lab.TCP}, // users are implied
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := quick(t, serve(t, c.fault))
			o.Expected, o.Plan.Via[0].Via = expected(t, c.expect), c.via
			if c.fault.Over == faulty.Slowed { // each of the tries that fail takes long
				o.First, o.Most, o.Events, o.Requests = search.Size{Users: 5, AtOnce: 4}, search.Size{Users: 6}, 1, nil
			}
			r, found := search1(t, o, Streams)
			if found.Users != c.fault.Users || found.Failing != c.fault.Users+1 || found.Limit == nil {
				t.Errorf("found %+v, expected %d", found, c.fault.Users)
			}
			for _, s := range r.Steps {
				if s.OK != (s.Users <= c.fault.Users) || s.OK != (s.Limit == nil) {
					t.Errorf("%d users: %v, %q, %+v", s.Users, s.OK, s.Failed, s.Limit)
				}
			}
			if found.Limit.Of == "generator" {
				t.Errorf("the lab is blamed: %+v", found.Limit)
			}
		})
	}
}

// A right server is not blamed by any search, and what was recorded is what was found.
func TestRightServer(t *testing.T) {
	t.Parallel()
	s := serve(t, faulty.Fault{})
	o := quick(t, s)
	o.Most, o.Expected = search.Size{Users: 50, AtOnce: 10}, expected(t, "errors=0,complete.p99<20s,canary.max<20s,canary.event.max<20s,http.p99<20s,users>0")
	told, last := map[string]int{}, Progress{}
	o.Told = func(p Progress) {
		if p.Step != last.Step || p.Doing != last.Doing { // the same is told again each second
			told[p.Doing]++
		}
		last = p
	}
	r, err := Run(t.Context(), o)
	if err != nil || r.Interrupted || len(r.Found) != 3 || len(r.Steps) != 9 || len(r.Compared) != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	for i, name := range []string{HTTP, Streams, Both} {
		f := r.Found[i]
		if f.Search != name || f.Users != 50 || f.AtOnce != 10 || f.Failing != 0 || f.Limit != nil {
			t.Errorf("%+v", f)
		}
	}
	for _, step := range r.Steps {
		f := step.Figures
		_, complete := f["complete.p99"]
		_, http := f["http.p99"]
		_, canary := f["canary.enter.max"]
		if !step.OK || complete != (step.Search != HTTP) || http != (step.Search != Streams) || !canary {
			t.Errorf("%d %s: %v, %q: %v", step.Number, step.Search, step.OK, step.Failed, f.Names())
		}
		if step.Search != HTTP && (f["users"] != float64(step.Users) || f["deliveries"] != float64(3*step.Users) || f["incomplete"] != 0) ||
			step.Search != Streams && f["http.requests"] != float64(3*step.Users) {
			t.Errorf("%d %s %d: %v", step.Number, step.Search, step.Users, f)
		}
	}
	if told["coming"] < 9 || told["events"] < 6 || told["requests"] < 6 || told["ended"] != 9 {
		t.Errorf("told %v", told)
	}
	gone, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	if err := s.AwaitGone(gone); err != nil {
		t.Errorf("%d are still there", s.Record().Now)
	}
}

// A lab that is starved says so of itself: here the process that carries the users
// stands still for a while.
func TestStarved(t *testing.T) {
	t.Parallel()
	o := quick(t, serve(t, faulty.Fault{}))
	var carrier *exec.Cmd
	o.Carrier, o.Inside = &fleet.Fleet{Command: func() *exec.Cmd { carrier = child(); return carrier }}, false
	o.First, o.Expected = search.Size{Users: 1, AtOnce: 1}, expected(t, "complete.p99<500ms,errors=0")
	stopped := make(chan struct{}, 10)
	o.Told = func(p Progress) {
		if p.Doing != "events" || len(stopped) == p.Step {
			return
		}
		stopped <- struct{}{}
		pause(t, carrier.Process, 1500*time.Millisecond)
	}
	r, found := search1(t, o, Streams)
	if found.Users != 0 || found.Failing != 1 || len(r.Steps) != 2 || found.Limit == nil || found.Limit.Of != "generator" ||
		!strings.Contains(found.Limit.Text, "Nothing was learnt about the server") {
		t.Errorf("%+v\n%+v", found, found.Limit)
	}
}
