package edge

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"matchstream/internal/live"
	"matchstream/internal/wire"
)

// counting is an origin that hears reports.
type counting struct {
	*httptest.Server
	mu struct {
		sync.Mutex
		status int // of its answers
		key    string
		rounds []string
		heard  [][]live.AudienceReport
	}
}

func newCounting(t *testing.T) *counting {
	c := new(counting)
	c.mu.status, c.mu.key = http.StatusOK, "the-first-key"
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if !strings.HasPrefix(r.URL.Path, "/1/edges/") {
			http.NotFound(w, r)
			return
		}
		var report wire.EdgeReport[live.AudienceReport]
		if err := json.NewDecoder(r.Body).Decode(&report); err != nil {
			t.Error(err)
		}
		c.mu.rounds = append(c.mu.rounds, r.Header.Get("Match-Stream-Round"))
		c.mu.heard = append(c.mu.heard, report.Matches)
		w.WriteHeader(c.mu.status)
		json.NewEncoder(w).Encode(wire.EdgeAnswer{Key: []byte(c.mu.key)})
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *counting) answers(status int, key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mu.status, c.mu.key = status, key
}

// reporter is one of an edge that follows nothing.
func (c *counting) reporter(t *testing.T) *Reporter {
	t.Helper()
	s, err := Open(Options{Origin: c.URL, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s.Greet(t.Context(), "a-token")
}

// counted is what an edge has counted, as live does it.
type counted struct {
	reports []live.AudienceReport
	untold  []bool
}

func came(sketches ...int) *counted {
	c := new(counted)
	for i, size := range sketches {
		c.reports = append(c.reports, live.AudienceReport{Match: fmt.Sprintf("a-b-2026-01-%02d", i+1), Epoch: epoch, Now: 3, Connects: 3, Users: make([]byte, size)})
		c.untold = append(c.untold, true)
	}
	return c
}

func (c *counted) get() ([]live.AudienceReport, func(from, to int)) {
	return slices.Clone(c.reports), func(from, to int) { clear(c.untold[from:to]) }
}

// Who came is kept where the origin has surely not counted it, and said with the next
// report; but not where it may have.
func TestWhatIsRefusedIsKept(t *testing.T) {
	o := newCounting(t)
	r := o.reporter(t)
	for status, kept := range map[int]bool{200: false, 302: true, 400: true, 401: true, 403: true, 404: true, 405: true, 413: true, 422: false, 429: true, 500: false, 502: false, 503: true, 504: false} {
		o.answers(status, "the-first-key")
		c := came(10)
		if r.reports(c.get); c.untold[0] != kept {
			t.Errorf("%d: it is kept: %v, want %v", status, c.untold[0], kept)
		}
	}
	o.Close()
	gone := &Reporter{store: &Store{origin: newOrigin(o.URL, "edge.x", nil), log: slog.New(slog.DiscardHandler), run: t.Context()}}
	c := came(10)
	if gone.reports(c.get); !c.untold[0] { // over a connection that was kept it might have been
		t.Error("nothing could be sent, and it is not kept")
	}
}

// A report may need several requests: those that are not taken are kept, and no others.
// All of them are one round.
func TestAReportOfSeveralRequests(t *testing.T) {
	o := newCounting(t)
	r := o.reporter(t)
	c := came(25<<10, 25<<10)
	get := func() ([]live.AudienceReport, func(int, int)) {
		all, taken := c.get()
		return all, func(from, to int) {
			taken(from, to)
			o.answers(503, "")
		}
	}
	r.reports(get)
	if want := []bool{false, true}; !slices.Equal(c.untold, want) {
		t.Errorf("kept: %v, want %v", c.untold, want)
	}
	o.answers(200, "the-first-key")
	r.reports(c.get)
	o.mu.Lock()
	defer o.mu.Unlock()
	if want := []string{"", "1", "1", "2", "2"}; !slices.Equal(o.mu.rounds, want) {
		t.Errorf("rounds %q, want %q", o.mu.rounds, want)
	}
}

// An edge that stops says at once that nobody is there any more, and who came last.
func TestAnEdgeSaysGoodbye(t *testing.T) {
	o := newCounting(t)
	r := o.reporter(t)
	c := came(10, 10)
	r.Report(c.get)
	r.store.Close()
	o.mu.Lock()
	defer o.mu.Unlock()
	last := o.mu.heard[len(o.mu.heard)-1]
	if len(last) != 2 || last[0].Now != 0 || last[1].Now != 0 || last[1].Connects != 3 || slices.Contains(c.untold, true) {
		t.Errorf("the last that it says: %+v", last)
	}
}

// Users who are counted under another key than the origin's, since that was wiped, are
// not reported any more: they would count twice.
func TestTheOriginHasAnotherKey(t *testing.T) {
	o := newCounting(t)
	r := o.reporter(t)
	r.reports(came(10).get)
	o.answers(http.StatusOK, "another-key")
	r.reports(came(10).get)
	r.reports(came(10).get)
	o.mu.Lock()
	defer o.mu.Unlock()
	var users []int
	for _, report := range o.mu.heard[1:] {
		users = append(users, len(report[0].Users))
	}
	if want := []int{10, 10, 0}; !slices.Equal(users, want) {
		t.Errorf("sketches of %v bytes, want %v", users, want)
	}
}
