package live_test

import (
	"fmt"
	"testing"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store/memory"
	"matchstream/internal/wire"
)

// TestInsides: each order has the match first that it asks for.
func TestInsides(t *testing.T) {
	c := newClock()
	l := c.open(t, memory.New())
	t.Cleanup(l.Close)
	create(t, l)
	lanes := map[string]*feed.Lane{}
	for i, day := range []string{"2011-09-11", "2011-09-12", "2011-09-13"} {
		_, err := l.Create(t.Context(), live.Creation{Info: match.Info{Home: "elp", Visit: "tig", Date: day, Speed: 1},
			Answer: func(match.View) []byte { return []byte("{}") }})
		must(t, err)
		m, err := l.Match(t.Context(), "elp-tig-"+day)
		must(t, err)
		for range i + 1 {
			lanes[day] = m.Lane(wire.SSE)
		}
	}
	// The first of them has most events, but not lately.
	for day, events := range map[string]int{"2011-09-11": 30, "2011-09-12": 3} {
		m, err := l.Match(t.Context(), "elp-tig-"+day)
		must(t, err)
		for i := range events {
			post(t, m, fmt.Sprintf(`{"kind":"comment","comment":"%d"}`, i))
		}
		if day == "2011-09-11" {
			c.pass(2 * time.Minute)
			m.Lane(wire.TCP)
		}
	}
	behind := func(lane *feed.Lane) int64 {
		if lane == lanes["2011-09-11"] {
			return 7
		}
		return 0
	}
	for by, first := range map[live.Order]string{live.ByLag: "elp-tig-2011-09-11", live.ByMemory: "elp-tig-2011-09-11",
		live.ByWatchers: "elp-tig-2011-09-13"} {
		if got := l.Insides(by, 2, behind); len(got) != 2 || got[0].ID != first {
			t.Errorf("by %s the first is %+v, want %s", by, got, first)
		}
	}
	if all := l.Insides(live.ByWatchers, 100, behind); len(all) != 4 || all[3].ID != id {
		t.Errorf("%d matches, the last %s", len(all), all[len(all)-1].ID)
	}
	one, ok := l.InsideOf("elp-tig-2011-09-12")
	if !ok || one.State != "open" || one.Events != 3 || one.Watchers() != 2 || one.Memory == 0 || one.Last.UnixMilli() < kickoff.UnixMilli() {
		t.Errorf("%+v", one)
	}
	if lane := one.Lanes[wire.SSE]; lane.Frames != 3 || lane.Bytes == 0 || lane.Base != 0 || lane.Watchers != 2 || one.Lanes[wire.TCP].Lane != nil {
		t.Errorf("%+v", one.Lanes)
	}
	if _, ok := l.InsideOf("no-match-2011-09-12"); ok {
		t.Error("a match that there is not is known")
	}
	last := l.LastEvents("elp-tig-2011-09-12", 2)
	if len(last) != 2 || last[0].ID != 3 || last[0].Kind != "comment" || last[1].ID != 2 {
		t.Errorf("%+v", last)
	}
}

// TestInsideRate: what has happened within the last minute counts, for each watcher.
func TestInsideRate(t *testing.T) {
	c := newClock()
	l := c.open(t, memory.New())
	t.Cleanup(l.Close)
	m := create(t, l)
	post(t, m, `{"kind":"comment","comment":"long ago"}`)
	c.pass(2 * time.Minute)
	for range 6 {
		post(t, m, `{"kind":"comment","comment":"now"}`)
	}
	for range 20 {
		m.Lane(wire.TCP)
	}
	if one, _ := l.InsideOf(id); one.Rate() != 2 { // 6 events to 20 in a minute
		t.Errorf("%v deliveries a second of %d events", one.Rate(), one.Lately)
	}
	if at := l.Counts.Answered.Load(); at == 0 || l.Counts.Storing.Load() != 0 || l.Counts.Turns.Load() != 0 {
		t.Errorf("answered at %d, %d under way, %d wait", at, l.Counts.Storing.Load(), l.Counts.Turns.Load())
	}
}

// TestInsideRateAtFirst: in a match's first minute the time counts that it has gone on for.
func TestInsideRateAtFirst(t *testing.T) {
	c := newClock()
	l := c.open(t, memory.New())
	t.Cleanup(l.Close)
	m := create(t, l)
	for range 10 {
		m.Lane(wire.TCP)
	}
	rate := func() float64 { one, _ := l.InsideOf(id); return one.Rate() }
	if rate() != 0 {
		t.Errorf("without an event %v", rate())
	}
	for range 10 {
		post(t, m, `{"kind":"comment","comment":"now"}`)
	}
	if rate() != 20 { // over 5 s: 10 events at once are no rate
		t.Errorf("at once %v", rate())
	}
	c.pass(10 * time.Second)
	if rate() != 10 {
		t.Errorf("after 10 s %v", rate())
	}
	c.pass(50 * time.Second)
	if rate() != 100.0/60 {
		t.Errorf("after a minute %v", rate())
	}
}

// TestInsideOfAMatchAtRest: it is told without waking it.
func TestInsideOfAMatchAtRest(t *testing.T) {
	c := newClock()
	l := c.open(t, memory.New())
	t.Cleanup(l.Close)
	post(t, create(t, l), `{"kind":"comment","comment":"the only one"}`)
	woken, _ := l.InsideOf(id)
	c.pass(time.Hour)
	l.Tidier()(c.now())
	one, ok := l.InsideOf(id)
	if !ok || one.State != "at_rest" || one.Events != 1 || one.Memory == 0 || one.Memory >= woken.Memory+1000 || !one.Last.Equal(woken.Last) {
		t.Errorf("%+v, awake it was %+v", one, woken)
	}
	if c := l.Census(); c.AtRest != 1 {
		t.Errorf("%+v", c)
	}
}
