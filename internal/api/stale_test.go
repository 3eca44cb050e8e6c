package api

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"matchstream/internal/live"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

// lost is a store that can be out of reach.
type lost struct {
	store.Store
	yes atomic.Bool
}

func (s *lost) End(ctx context.Context) (store.Mark, error) {
	if s.yes.Load() {
		return 0, store.ErrUnavailable
	}
	return s.Store.End(ctx)
}

// While the store is out of reach, what is known is told, marked as stale; the mark
// goes by itself.
func TestStale(t *testing.T) {
	s := &lost{Store: memory.New()}
	b := newBenchOver(t, s, func(o *Options) {
		l, err := live.Open(t.Context(), s, live.Options{Beat: time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(l.Close)
		o.Live = l
	})
	get := func(path string) http.Header {
		a, err := http.Get(b.http.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		a.Body.Close()
		if a.StatusCode != http.StatusOK {
			t.Fatal(a.Status)
		}
		return a.Header
	}
	ask := func() http.Header { return get("/1/teams") }
	if h := ask(); h.Get(staleHeader) != "" {
		t.Fatalf("stale in good health: %v", h)
	}
	s.yes.Store(true)
	h := ask()
	for ; h.Get(staleHeader) == ""; h = ask() {
		if t.Context().Err() != nil {
			t.Fatal("no mark came")
		}
	}
	if h.Get(staleHeader) != "1" || !strings.Contains(h.Get("Access-Control-Expose-Headers"), staleHeader) {
		t.Fatalf("%v", h)
	}
	if h := get("/matches"); h.Get(staleHeader) != "1" { // as in 2011
		t.Errorf("the list of matches: %v", h)
	}
	s.yes.Store(false)
	for ask().Get(staleHeader) != "" {
	}
}
