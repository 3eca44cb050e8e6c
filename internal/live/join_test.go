package live_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store/memory"
	"matchstream/internal/wire"
)

// request is what an operator might send to a match of so many events; most of
// it can happen, some is refused.
func request(t *rapid.T, s match.State) string {
	kinds := s.Next()
	kinds = append(kinds, match.Goal, match.Card, match.Substitution, match.Cancel, match.Cancel, match.Amend, match.Comment, match.Shot)
	team := rapid.SampledFrom([]string{"elp", "tig"}).Draw(t, "team")
	number := func(name string) int { return rapid.IntRange(1, 11).Draw(t, name) }
	ref := rapid.Int64Range(1, max(1, s.LastID)).Draw(t, "ref")
	switch k := rapid.SampledFrom(kinds).Draw(t, "kind"); k {
	case match.Start:
		return start
	case match.Lineup:
		letter := map[string]string{"elp": "H", "tig": "V"}[team]
		return fmt.Sprintf(`{"kind":"lineup","team":%q,"players":%s}`, team, squad(letter))
	case match.Goal, match.Miss, match.Shot, match.Offside, match.Foul, match.Corner, match.Goalkick,
		match.Throwin, match.Freekick, match.Save, match.Penalty:
		return fmt.Sprintf(`{"kind":%q,"team":%q,"player":%d}`, k, team, number("player"))
	case match.Card:
		card := rapid.SampledFrom([]string{"yellow", "red"}).Draw(t, "card")
		return fmt.Sprintf(`{"kind":"card","team":%q,"player":%d,"card":%q}`, team, number("player"), card)
	case match.Substitution:
		in := rapid.IntRange(12, 20).Draw(t, "in")
		return fmt.Sprintf(`{"kind":"substitution","team":%q,"player_out":%d,"player_in":{"number":%d,"name":"N%d"}}`, team, number("out"), in, in)
	case match.Var:
		return `{"kind":"var","about":"other","outcome":"open"}`
	case match.Addedtime:
		return `{"kind":"addedtime","minutes":2}`
	case match.Cancel:
		return fmt.Sprintf(`{"kind":"cancel","ref":%d}`, ref)
	case match.Amend:
		what := rapid.SampledFrom([]string{`"player":8`, `"card":"red"`, `"minute":"7"`}).Draw(t, "what")
		return fmt.Sprintf(`{"kind":"amend","ref":%d,%s}`, ref, what)
	case match.Comment:
		return comment
	default:
		return fmt.Sprintf(`{"kind":%q}`, k)
	}
}

// attempt appends; what the rules refuse is left out.
func attempt(t tb, m *live.Match, body string) {
	t.Helper()
	_, err := try(m, body, "")
	var refused *match.Error
	if err != nil && !errors.As(err, &refused) {
		t.Fatalf("%s: %v", body, err)
	}
}

// check holds what a watcher saw against the match up to where his lane ends.
func (w *watcher) check(t tb, m *live.Match) {
	t.Helper()
	events, err := m.Since(match.Position{})
	must(t, err)
	var c client
	c.read(t, w.format, w.got)
	c.same(t, w.format, truth(t, m.View(), events[:w.lane.View().Last]))
}

// Whoever joins at whatever point and reads at whatever pace, what he was
// given makes the match as it stands.
func TestJoinInterleaved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clock := newClock()
		l := clock.open(t, memory.New())
		defer l.Close()
		m := create(t, l)
		var watchers []*watcher
		if rapid.Bool().Draw(t, "begun") {
			post(t, m, start)
		}
		for range rapid.IntRange(1, 50).Draw(t, "length") {
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				watchers = append(watchers, join(m, wire.Format(rapid.IntRange(0, int(wire.Formats)-1).Draw(t, "format"))))
			case 1:
				if len(watchers) > 0 {
					rapid.SampledFrom(watchers).Draw(t, "who").step(t, rapid.IntRange(1, 2000).Draw(t, "bytes"))
				}
			default:
				clock.pass(time.Duration(rapid.IntRange(0, 200).Draw(t, "seconds")) * time.Second)
				attempt(t, m, request(t, m.View().State))
			}
		}
		for _, w := range watchers {
			w.finish(t)
			w.check(t, m)
		}
		for f := range wire.Formats { // and who comes now
			w := join(m, f)
			w.finish(t)
			w.check(t, m)
		}
	})
}

// The same with joins, appends and tidying truly at once.
func TestJoinAtOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newClock().open(t, memory.New())
		defer l.Close()
		m := create(t, l)
		// What can happen is drawn against a fold of its own.
		s := match.New("elp", "tig", 1)
		var script []string
		for range rapid.IntRange(5, 40).Draw(t, "length") {
			body := request(t, s)
			r, err := match.ParseRequest([]byte(body))
			must(t, err)
			if _, next, err := match.Check(s, r, kickoff.UnixMilli(), ""); err == nil {
				s, script = next, append(script, body)
			}
		}
		type plan struct{ yields, bytes int }
		plans := make([]plan, 8)
		for i := range plans {
			plans[i] = plan{rapid.IntRange(0, 400).Draw(t, "yields"), rapid.IntRange(1, 3000).Draw(t, "bytes")}
		}
		done := make(chan struct{})
		watchers := make([]*watcher, len(plans))
		failed := make(chan any, len(plans))
		var all sync.WaitGroup
		for i, p := range plans {
			all.Go(func() {
				defer func() {
					if p := recover(); p != nil {
						failed <- p
					}
				}()
				yield(p.yields)
				m, err := l.Match(context.Background(), id)
				must(inside{}, err)
				watchers[i] = join(m, wire.Format(i)%wire.Formats)
				watchers[i].watch(inside{}, p.bytes, done)
			})
		}
		for _, body := range script {
			post(t, m, body)
		}
		close(done)
		all.Wait()
		select {
		case p := <-failed:
			t.Fatal(p)
		default:
		}
		for _, w := range watchers {
			w.check(t, m)
		}
	})
}
