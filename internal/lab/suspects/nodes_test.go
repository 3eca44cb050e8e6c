package suspects

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// Several nodes are looked at in one look, each beside the others: what one of them cannot
// say, or says late, is nothing of another's.
func TestSeveral(t *testing.T) {
	var asked atomic.Int64
	all := make(chan struct{})
	node := func(watchers, fit, refused int) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if asked.Add(1) == 2 {
				close(all)
			}
			select {
			case <-all: // both are asked before either answers
			case <-r.Context().Done():
				return
			}
			fmt.Fprintf(w, "process_start_time_seconds 7\nprocess_cpu_seconds_total %d\nmatchstream_watchers %d\nmatchstream_watchers_fit %d\nmatchstream_refused_total{reason=\"full\"} %d\n",
				asked.Load(), watchers, fit, (asked.Load()-1)/2*int64(refused))
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	w := NewWatch(Where{Proc: t.TempDir(), Nodes: []Node{{Name: "lab1", Metrics: node(900, 19000, 0), Canary: true}, {Name: "lab2", Metrics: node(890, 1000, 39)}, {Name: "lab3", PID: 18}}})
	w.Look(t.Context())
	w.Look(t.Context())
	e := w.Sum()
	if len(e.Servers) != 2 || e.Unseen != 1 || e.Servers[0].Unread+e.Servers[1].Unread > 0 || e.Servers[0].Name != "lab1" || !e.Servers[0].Canary || e.Servers[1].Name != "lab2" || e.Servers[1].Canary ||
		e.Servers[0].Refused["full"] != 0 || e.Servers[1].Refused["full"] != 39 || e.Servers[1].Fit != 1000 || e.Servers[1].Before != 890 {
		t.Errorf("%+v", e)
	}
	if told := strings.Join(e.CannotTell, "\n"); strings.Count(told, "lab3, at times: ") != 1 {
		t.Errorf("%q", told)
	}
	if n := w.Watchers(); !slices.Equal(n, []float64{900, 890, -1}) {
		t.Errorf("%v watchers", n)
	}
	if i := w.Fullest(); i != 1 {
		t.Errorf("node %d is taken for the fullest", i+1)
	}
	if before, after := w.Metrics(1); before.When.IsZero() || !after.When.After(before.When) {
		t.Errorf("metrics of %v and %v", before.When, after.When)
	}
}
