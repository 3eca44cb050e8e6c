package bound

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/crowd"
	"matchstream/internal/lab/faulty"
	"matchstream/internal/lab/record"
	"matchstream/internal/lab/search"
	"matchstream/internal/lab/suspects"
)

// A server whose metrics can be read: it is waited for until it has forgotten who was
// there, its limit is named, and what it said is kept, side by side.
func TestServerSeen(t *testing.T) {
	t.Parallel()
	s := serve(t, faulty.Fault{Users: 16})
	var left, refused atomic.Int64
	admin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/metrics":
			fmt.Fprintf(w, "process_start_time_seconds 7\nmatchstream_watchers %d\nmatchstream_watchers_fit 16\nmatchstream_refused_total{reason=\"full\"} %d\n", max(0, left.Add(-1)), refused.Load())
		case "/debug/pprof/profile", "/debug/pprof/heap":
			w.Write([]byte("a profile of a kind"))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer admin.Close()
	o := quick(t, s)
	to, err := record.Create(t.TempDir()+"/out", lab.Begin{Stage: "bound"})
	if err != nil {
		t.Fatal(err)
	}
	o.Record, o.Most = to, search.Size{Users: 17}
	o.Admin, o.Look.Nodes, o.By = []string{admin.URL}, []suspects.Node{{Metrics: admin.URL + "/metrics", Canary: true}}, admin.Client()
	counted := 0
	o.Told = func(p Progress) {
		switch {
		case p.Doing == "events" && p.Users > 16 && p.Step != counted:
			counted = p.Step // it is told more than once
			refused.Add(1)
		case p.Doing == "resting":
			left.Store(4)
		case p.Doing == "ended" && left.Load() > 0:
			t.Errorf("try %d: nobody has waited for %d who are still there", p.Step, left.Load())
		}
	}
	r, found := search1(t, o, Streams)
	if found.Users != 16 || found.Failing != 17 || found.Limit.Of != "server" || found.Limit.What != "refused" || !strings.Contains(found.Limit.Text, "1 as full (it takes 16 watchers") {
		t.Errorf("%+v %+v", found, found.Limit)
	}
	if text := r.Compared[Streams]; !strings.Contains(text, "16 users, which worked, and 17, which did not") || !strings.Contains(text, "expected a profile") {
		t.Errorf("compared: %s", text)
	}
	if err := to.Close(); err != nil {
		t.Error(err)
	}
	kept, err := record.Read(to.Dir())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"streams.compared.txt", "streams.doubled.txt", "step-1.streams-16.metrics.txt", "step-1.streams-16.cpu.pprof", "step-3.streams-17.heap.pprof"} {
		if !slices.Contains(kept.Files, name) {
			t.Errorf("no %s among %q", name, kept.Files)
		}
	}
	if len(kept.Steps) != 3 || !slices.Equal(kept.Steps[0].Kept, []string{"step-1.streams-16.cpu.pprof", "step-1.streams-16.heap.pprof", "step-1.streams-16.metrics.txt"}) ||
		kept.Steps[2].Limit == nil || len(kept.Found) != 1 || len(kept.Seconds) == 0 {
		t.Errorf("%+v", kept)
	}
}

// Of several nodes each is waited for; what is kept is of the one that is nearest to what
// it can take, and it is said which that is.
func TestServersSeen(t *testing.T) {
	t.Parallel()
	s := serve(t, faulty.Fault{Users: 16})
	var left, counted atomic.Int64
	node := func(name string, fit int, left, refused func() int64) *httptest.Server {
		admin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/metrics":
				fmt.Fprintf(w, "# of %s\nprocess_start_time_seconds 7\nmatchstream_watchers %d\nmatchstream_watchers_fit %d\nmatchstream_refused_total{reason=\"full\"} %d\n", name, left(), fit, refused())
			default:
				w.Write([]byte("a profile of " + name))
			}
		}))
		t.Cleanup(admin.Close)
		return admin
	}
	var came atomic.Int64
	one := node("lab1", 1000, came.Load, func() int64 { return 0 })
	two := node("lab2", 16, func() int64 {
		if left.Load() > 0 {
			return left.Add(-1)
		}
		return came.Load()
	}, counted.Load)
	o := quick(t, s)
	to, err := record.Create(t.TempDir()+"/out", lab.Begin{Stage: "nodes"})
	if err != nil {
		t.Fatal(err)
	}
	o.Record, o.Most, o.Nodes = to, search.Size{Users: 17}, 2
	o.By, o.Admin = http.DefaultClient, []string{one.URL, two.URL}
	o.Look.Nodes = []suspects.Node{{Name: "lab1", Metrics: one.URL + "/metrics", Canary: true}, {Name: "lab2", Metrics: two.URL + "/metrics"}}
	o.Carrier = settled{crowd.Carrier{}, func() { came.Store(8) }}
	last := 0
	o.Told = func(p Progress) {
		switch {
		case p.Doing == "events" && p.Users > 16 && p.Step != last:
			last = p.Step // it is told more than once
			counted.Add(1)
		case p.Doing == "resting":
			came.Store(0)
			left.Store(4)
		case p.Doing == "ended" && left.Load() > 0:
			t.Errorf("try %d: nobody has waited for %d who are still at the second node", p.Step, left.Load())
		}
	}
	r, found := search1(t, o, Streams)
	if found.Users != 16 || found.Limit.Of != "server" || found.Limit.What != "refused" || !strings.Contains(found.Limit.Text, "lab2 has turned away who came: 1 as full (it takes 16 watchers") {
		t.Errorf("%+v %+v", found, found.Limit)
	}
	if !slices.Contains(found.Limit.Evidence, "kept: metrics and profiles of lab2, which was nearest to what it can take") {
		t.Errorf("%q", found.Limit.Evidence)
	}
	if text := r.Compared[Streams]; !strings.HasPrefix(text, "Of lab2, and then of lab2: ") {
		t.Errorf("compared: %s", text)
	}
	if err := to.Close(); err != nil {
		t.Error(err)
	}
	for name, want := range map[string]string{"step-3.streams-17.cpu.pprof": "a profile of lab2", "step-3.streams-17.metrics.txt": "# of lab2"} {
		if b, err := os.ReadFile(filepath.Join(to.Dir(), name)); err != nil || !strings.HasPrefix(string(b), want) {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
}

// settled carries crowds, and looks who is there before they come.
type settled struct {
	lab.Carrier
	before func()
}

func (s settled) Gather(ctx context.Context, p lab.Plan) (lab.Crowd, error) {
	s.before()
	return s.Carrier.Gather(ctx, p)
}

// The canary has its places before anybody comes, in each try.
func TestCanaryFirst(t *testing.T) {
	t.Parallel()
	s := serve(t, faulty.Fault{LateStatus: 20 * time.Millisecond})
	o := quick(t, s)
	o.Most = search.Size{Users: 17}
	tries, were := 0, int64(0)
	o.Carrier = settled{crowd.Carrier{}, func() {
		if tries++; s.Record().Watchers < were+2 {
			t.Errorf("try %d: %d have come, expected two of the canary", tries, s.Record().Watchers-were)
		}
	}}
	o.Told = func(p Progress) {
		if p.Ended != nil {
			were = s.Record().Watchers
		}
	}
	if _, found := search1(t, o, Streams); found.Users != 17 || tries < 2 {
		t.Errorf("%+v after %d tries", found, tries)
	}
}
