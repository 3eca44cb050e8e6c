package nodes

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/bound"
	"matchstream/internal/lab/crowd"
	"matchstream/internal/lab/faulty"
	"matchstream/internal/lab/operator"
	"matchstream/internal/lab/search"
)

// stops are servers that stop at a number of users each.
func stops(t *testing.T, users ...int) (all []Node) {
	for _, n := range users {
		s, err := faulty.Start(faulty.Fault{Users: n, Exempt: "lab-canary"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		all = append(all, Node{Name: s.URL(), Server: s.URL()})
	}
	return all
}

func quick(all []Node) Search {
	return Search{
		Given: all, Max: len(all), Apart: true,
		Open: func(ctx context.Context, server string) (operator.Operator, error) {
			return operator.OnMatchStream(ctx, server, "a-token", operator.Timing{})
		},
		Bound: bound.Options{
			Searches: []string{bound.Streams}, Same: true, Carrier: crowd.Carrier{}, Inside: true,
			Plan:   lab.Plan{Seed: 1, Via: []lab.Share{{Via: lab.TCP, Weight: 1}}, Patience: 20 * time.Second},
			First:  search.Size{Users: 4, AtOnce: 4},
			Events: 3, Every: 10 * time.Millisecond, Over: 30 * time.Millisecond, Quiet: 20 * time.Second,
		},
	}
}

// Each number of nodes is searched, and what is found is what they carry together: users
// are spread evenly, so the one that carries least decides.
func TestRun(t *testing.T) {
	s := quick(stops(t, 6, 6, 2))
	s.Bound.Expected, _ = lab.ParseExpected("errors=0")
	s.Bound.Searches = []string{bound.Both}
	s.Requests = func(server, match string) []lab.Request {
		return []lab.Request{{Name: "history", URL: server + "/1/match/" + match + "/history", JSON: true}}
	}
	var begun []string
	s.Begun = func(_ int, added Node) { begun = append(begun, added.Name) }
	r, err := Run(t.Context(), s)
	if err != nil || r.Interrupted || len(begun) != 3 {
		t.Fatalf("%+v, %v, begun %v", r, err, begun)
	}
	for i, want := range []int{6, 12, 0} {
		if i == 2 { // as many as leave the third with two
			want = r.Found[2].Failing - 1
			if shares := [3]int{share(want, 0, 3), share(want, 1, 3), share(want, 2, 3)}; shares[2] > 2 || share(want+1, 2, 3) <= 2 {
				t.Errorf("three carry %d, shares %v", want, shares)
			}
		}
		if f := r.Found[i]; f.Nodes != i+1 || f.Users != want || f.Failing != want+1 || f.Limit == nil || f.Limit.Of == "generator" {
			t.Errorf("%d nodes: %+v, expected %d", i+1, f, want)
		}
	}
	if n, yes := StopsHelping(Gains(r.Found)); n != 2 || !yes {
		t.Errorf("%d, %v", n, yes)
	}
	if m := r.Measure(); m.Users/m.Nodes != 6 || m.DeliveryBytes == 0 || m.Met == "" {
		t.Errorf("%+v", m)
	}
}

// told are servers that stop at a number of users each, and tell of themselves, as
// nodes do, that they were full.
func told(t *testing.T, users ...int) (all []Node) {
	for i, n := range users {
		s, err := faulty.Start(faulty.Fault{Users: n, Exempt: "lab-canary"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		admin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			now := s.Record()
			fmt.Fprintf(w, "process_start_time_seconds 7\nprocess_max_fds 100\nmatchstream_descriptors_kept %d\nmatchstream_watchers %d\nmatchstream_watchers_fit %d\nmatchstream_refused_total{reason=\"full\"} %d\n",
				100-n, now.Now, n, now.Done[faulty.Overfull])
		}))
		t.Cleanup(admin.Close)
		all = append(all, Node{Name: fmt.Sprintf("lab%d", i+1), Server: s.URL(), Admin: admin.URL})
	}
	return all
}

// Each node is looked at: what the second has met is not what the lab has.
func TestSecondIsSeen(t *testing.T) {
	s := quick(told(t, 8, 4))
	s.Bound.Expected, _ = lab.ParseExpected("errors=0,complete.p99<20s")
	r, err := Run(t.Context(), s)
	if err != nil || len(r.Found) != 2 || r.Found[1].Users < 8 || r.Found[1].Limit == nil {
		t.Fatalf("%+v, %v", r.Found, err)
	}
	for i, want := range []string{"The server was full: of its 100 descriptors 8 are for watchers", "lab2 was full: of its 100 descriptors 4 are for watchers."} {
		if l := r.Found[i].Limit; l.Of != "server" || l.What != "descriptors" || !strings.Contains(l.Text, want) {
			t.Errorf("%d nodes: %+v, expected %q", i+1, l, want)
		}
	}
	evidence := strings.Join(r.Found[1].Limit.Evidence, "\n")
	if strings.Contains(evidence, "only the first is looked at") || !strings.Contains(evidence, "lab1: ") || !strings.Contains(evidence, "lab2: ") {
		t.Errorf("%s", evidence)
	}
	for _, step := range r.Steps {
		if step.Nodes == 2 && step.OK && step.Figures["server.watchers"] != float64(step.Users) {
			t.Errorf("%d users, %v watchers on both", step.Users, step.Figures["server.watchers"])
		}
	}
}

// The CPU of a delivery is that of all nodes by the deliveries of all; what was read for
// each is by them, too.
func TestMeasureOfSeveral(t *testing.T) {
	r := Result{Steps: []lab.Step{{Nodes: 2, Users: 2000, OK: true, Figures: lab.Figures{"deliveries": 40000, "bytes": 4e6, "server.cpu": 0.4}}}}
	if m := r.Measure(); m.CPU != 10*time.Microsecond || m.DeliveryBytes != 100 {
		t.Errorf("%+v", m)
	}
}

// Nodes that are said to belong together, and do not, are not measured as if they did.
func TestStrangers(t *testing.T) {
	s := quick(stops(t, 6, 6))
	s.Apart = false
	knows, cancel := context.WithCancel(t.Context())
	s.Begun = func(n int, _ Node) {
		if n == 2 {
			cancel() // nobody waits half a minute for what will not be
		}
	}
	r, err := Run(knows, s)
	if len(r.Found) != 1 || err != nil || !r.Interrupted {
		t.Errorf("%+v, %v", r.Found, err)
	}
}
