package faulty

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// player is one of a line-up.
type player struct {
	Number int    `json:"number"`
	Name   string `json:"name"`
}

// posted is the body of a request that makes an event.
type posted struct {
	Kind    string   `json:"kind"`
	Home    []player `json:"home_players"`
	Visit   []player `json:"visit_players"`
	Minute  string   `json:"minute"`
	Comment string   `json:"comment"`
}

// event is one that was stored.
type event struct {
	posted
	id    int64
	stamp int64     // Unix milliseconds, never falling
	at    time.Time // when it was really stored
}

// game is a match: its events, and who waits for more.
type game struct {
	id, home, visit, date, epoch string
	created                      int64

	mu struct {
		sync.Mutex
		events  []event
		period  string
		lineups [2][]player
		deleted bool
		changed chan struct{} // closed at each change
	}
}

func newGame(home, visit, date string) *game {
	g := &game{id: home + "-" + visit + "-" + date, home: home, visit: visit, date: date, created: time.Now().UnixMilli()}
	for range 8 {
		g.epoch += string(rune('a' + rand.N(26)))
	}
	g.mu.period, g.mu.changed = "not_started", make(chan struct{})
	return g
}

// steps are the kinds that change the period: from which to which.
var steps = map[string][2]string{
	"start": {"not_started", "first"}, "halftime": {"first", "halftime"}, "continue": {"halftime", "last"},
}

// errCannot: it cannot happen now, which is a 409.
var errCannot = errors.New("cannot happen now")

// append stores an event, if it can happen.
func (g *game) append(p posted) (event, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	next := g.mu.period
	switch step, known := steps[p.Kind]; {
	case g.mu.deleted || g.mu.period == "ended":
		return event{}, fmt.Errorf("%w: the match is over", errCannot)
	case p.Kind == "comment" && p.Comment == "":
		return event{}, errors.New("expected a comment")
	case p.Kind == "comment":
	case p.Kind == "stop" && (next == "first" || next == "last"):
		next = "ended"
	case p.Kind == "stop" || known && step[0] != next:
		return event{}, fmt.Errorf("%w: the period is %s", errCannot, next)
	case known:
		next = step[1]
	default:
		return event{}, fmt.Errorf("kind %q: expected start, halftime, continue, stop or comment", p.Kind)
	}
	e := event{posted: p, id: int64(len(g.mu.events)) + 1, at: time.Now(), stamp: time.Now().UnixMilli()}
	if e.id > 1 {
		e.stamp = max(e.stamp, g.mu.events[e.id-2].stamp)
	}
	if p.Kind == "start" {
		g.mu.lineups = [2][]player{p.Home, p.Visit}
	}
	g.mu.period, g.mu.events = next, append(g.mu.events, e)
	g.wake()
	return e, nil
}

// wake tells all who wait; mu is held.
func (g *game) wake() {
	close(g.mu.changed)
	g.mu.changed = make(chan struct{})
}

// delete ends it for all.
func (g *game) delete() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.mu.deleted = true
	g.wake()
}

// news is what happened behind event n, and how to wait for more.
func (g *game) news(n int64) (events []event, ended, deleted bool, changed <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.mu.events[n:], g.mu.period == "ended", g.mu.deleted, g.mu.changed
}

// moment is how it stands.
type moment struct {
	*game
	last    int64
	stamp   int64
	period  string
	lineups [2][]player
}

func (g *game) moment() moment {
	g.mu.Lock()
	defer g.mu.Unlock()
	m := moment{game: g, last: int64(len(g.mu.events)), stamp: g.created, period: g.mu.period, lineups: g.mu.lineups}
	if m.last > 0 {
		m.stamp = g.mu.events[m.last-1].stamp
	}
	return m
}

func (g *game) position(id int64) string { return fmt.Sprintf("%d-%s", id, g.epoch) }
