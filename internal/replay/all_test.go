package replay

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"matchstream/internal/client"
	"matchstream/internal/match"
)

// many timelines, each on a day of its own.
func many(t *testing.T, n int) (all []match.Timeline) {
	day := time.Date(2011, 9, 10, 0, 0, 0, 0, time.UTC)
	for i := range n {
		date := day.AddDate(0, 0, i).Format(time.DateOnly)
		all = append(all, parse(t, strings.Replace(short, "2011-09-10", date, 1)))
	}
	return all
}

// TestFolderAtSpeed0: a folder of matches is restored some at a time, in order,
// however many there are.
func TestFolderAtSpeed0(t *testing.T) {
	f := newFake(t)
	most := 0
	f.mu.fault = func(http.ResponseWriter, *http.Request, bool) bool {
		open := 0
		for _, m := range f.mu.matches {
			if m.period != "ended" {
				open++
			}
		}
		most = max(most, open)
		return false
	}
	timelines := many(t, 5*hurried)
	outcomes, err := Play(t.Context(), Options{Timelines: timelines, Servers: []string{f.URL}, Token: f.token})
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range outcomes {
		if o.Err != nil || o.Match != timelines[i].ID() || o.Played != 5 {
			t.Errorf("game %d: %+v", i, o)
		}
	}
	if most > hurried || most < 2 {
		t.Errorf("%d games at once, expected 2 to %d", most, hurried)
	}
}

// meeting is a clock that stands until all games wait by it.
type meeting struct {
	client.RealClock
	all sync.WaitGroup
}

func (m *meeting) Until(ctx context.Context, _ time.Time) error {
	m.all.Done()
	m.all.Wait()
	return fmt.Errorf("enough seen")
}

// At a speed all matches go at the same time: none waits for another's end.
func TestAllTogetherAtASpeed(t *testing.T) {
	f := newFake(t)
	timelines := many(t, 3*hurried)
	m := &meeting{}
	m.all.Add(len(timelines))
	outcomes, err := Play(t.Context(), Options{Timelines: timelines, Servers: []string{f.URL}, Token: f.token, Speed: 1, Clock: m})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outcomes {
		if o.Err == nil || !strings.Contains(o.Err.Error(), "enough seen") {
			t.Errorf("%+v", o)
		}
	}
}

// A server that is gone is not waited for by each of many games anew.
func TestGivesUpOnce(t *testing.T) {
	f := newFake(t)
	f.Close()
	const games = 10 * hurried
	clock := &fakeClock{}
	outcomes, err := Play(t.Context(), Options{Timelines: many(t, games), Servers: []string{f.URL}, Token: f.token, Clock: clock, GiveUp: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	without := 0
	for _, o := range outcomes {
		if o.Err == nil {
			t.Errorf("%+v", o)
		} else if strings.HasPrefix(o.Err.Error(), "not begun, since the server does not answer: ") {
			without++
		}
	}
	if without < games/2 {
		t.Errorf("%d of %d games were not begun", without, games)
	}
}
