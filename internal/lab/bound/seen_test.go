package bound

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"matchstream/internal/lab"
	"matchstream/internal/lab/faulty"
	"matchstream/internal/lab/record"
	"matchstream/internal/lab/search"
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
	o.Admin, o.Look.Metrics, o.By = admin.URL, admin.URL+"/metrics", admin.Client()
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
