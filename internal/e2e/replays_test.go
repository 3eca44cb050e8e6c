package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"testing"

	"matchstream/internal/match"
)

// TestEveryTimeline plays all 129 real matches as fast as they are taken,
// each with a watcher on each protocol: each sees a status, every event once
// and in order, and the end; and the result is the record's.
func TestEveryTimeline(t *testing.T) {
	n := start(t, config(t))
	o := operatorOf(n)
	names := timelines(t)
	if len(names) != 129 {
		t.Fatalf("%d timelines, want 129", len(names))
	}
	work := make(chan string)
	var players sync.WaitGroup
	for range 8 {
		players.Go(func() {
			for name := range work {
				t.Run(name, func(t *testing.T) { playTimeline(t, o, at(n), timeline(t, name)) })
			}
		})
	}
	for _, name := range names {
		work <- name
	}
	close(work)
	players.Wait()
}

func playTimeline(t *testing.T, o operator, at addresses, tl match.Timeline) {
	id := o.create(t, tl)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var watching sync.WaitGroup
	var all []*watcher
	for protocol := range protocols {
		w := &watcher{protocol: protocol, at: func() addresses { return at }, id: id}
		all = append(all, w)
		watching.Go(func() {
			if err := w.follow(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	o.audience(t, ctx, id, len(all))
	var kinds []string
	for i, line := range tl.Lines {
		a := o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", string(line.Body))
		kinds = append(kinds, string(line.Request.Kind))
		if want := int64(i + 1); decodeObject(t, a.body).ID != want {
			t.Errorf("line %d was answered %s", i+1, a.body)
		}
	}
	watching.Wait()
	for _, w := range all {
		if !slices.Equal(w.kinds, kinds) {
			t.Errorf("%s saw %v\nwant %v", w.protocol, w.kinds, kinds)
		}
		if w.statuses != 1 || w.breaks != 0 {
			t.Errorf("%s: %d statuses, %d breaks, want 1 and 0", w.protocol, w.statuses, w.breaks)
		}
	}
	o.result(t, id, tl.Result)
}

// audience waits until so many watch.
func (o operator) audience(t *testing.T, ctx context.Context, id string, want int) {
	t.Helper()
	var now struct{ Now int }
	for now.Now != want {
		if ctx.Err() != nil {
			t.Fatalf("%d watch, want %d", now.Now, want)
		}
		a := o.must(t, http.StatusOK, "GET", "/1/match/"+id+"/audience", "")
		if err := json.Unmarshal([]byte(a.body), &now); err != nil {
			t.Fatal(err)
		}
	}
}

// result compares a match with its record.
func (o operator) result(t *testing.T, id string, want *match.Result) {
	t.Helper()
	if want == nil {
		t.Fatalf("%s has no record", id)
	}
	a := o.must(t, http.StatusOK, "GET", "/1/match/"+id, "")
	var got struct {
		Home           int    `json:"home-score"`
		Visit          int    `json:"visit-score"`
		HomePenalties  int    `json:"home-penalties"`
		VisitPenalties int    `json:"visit-penalties"`
		Period         string `json:"period"`
	}
	if err := json.Unmarshal([]byte(a.body), &got); err != nil {
		t.Fatal(err)
	}
	is := match.Result{Score: [2]int{got.Home, got.Visit}, Shootout: want.Shootout,
		Penalties: [2]int{got.HomePenalties, got.VisitPenalties}}
	if is != *want || got.Period != "ended" {
		t.Errorf("%s ended %v (%s), the record says %v", id, is, got.Period, want)
	}
}

func decodeObject(t *testing.T, body string) (o object) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), &o); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return o
}
