package live_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
	"matchstream/internal/wire"
)

// onLog calls a function for each message of the log.
type onLog struct {
	slog.Handler
	f func(message string)
}

func logTo(f func(message string)) *slog.Logger {
	return slog.New(onLog{slog.DiscardHandler, f})
}

func (onLog) Enabled(context.Context, slog.Level) bool { return true }
func (h onLog) Handle(_ context.Context, r slog.Record) error {
	text := r.Message
	r.Attrs(func(a slog.Attr) bool { text += " " + a.String(); return true })
	h.f(text)
	return nil
}

const elsewhere = "elp-tig-2012-01-01"

func createElsewhere(t tb, l *live.Live) *live.Match {
	t.Helper()
	c := creation()
	c.Info.Date = "2012-01-01"
	_, err := l.Create(context.Background(), c)
	must(t, err)
	m, err := l.Match(context.Background(), elsewhere)
	must(t, err)
	return m
}

// A panic while one match is published: counted, folded again, and every lane
// has every frame once, those that were done before the panic and those after.
func TestPanicWhilePublishing(t *testing.T) {
	clock := newClock()
	options := clock.options()
	var mend func()
	var once sync.Once
	options.Log = logTo(func(message string) {
		if strings.Contains(message, "folded again") {
			once.Do(mend)
		}
	})
	l, err := live.Open(context.Background(), memory.New(), options)
	must(t, err)
	defer l.Close()
	m := create(t, l)
	play(t, m, start)
	tcp, ws := m.Lane(wire.TCP), m.Lane(wire.WebSocket) // before and behind the one that panics
	mend = l.Break(id, wire.SSE)
	play(t, m, goal)
	// The record is heard twice: from the appender, and by following.
	if got := l.Counts.Panics.Load(); got < 1 || got > 2 {
		t.Fatalf("%d panics counted", got)
	}
	play(t, m, comment)
	for f, lane := range map[wire.Format]interface{ Release() }{wire.TCP: tcp, wire.WebSocket: ws} {
		want, _ := frames(t, m, f)
		if now := m.Lane(f); now != lane || string(all(t, now)) != string(want) {
			t.Fatalf("%v: %s\nwant %s", f, all(t, now), want)
		}
	}
}

// One that comes again and again costs its match, and no other.
func TestPanicForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newClock().open(t, memory.New())
		defer l.Close()
		m := create(t, l)
		play(t, m, start)
		other := createElsewhere(t, l)
		m.Lane(wire.TCP)
		mend := l.Break(id, wire.SSE)
		_, err := try(m, goal, "k1") // stored, and never folded
		must(t, err)
		_, err = try(m, comment, "") // what is in its place may be anybody's, and cannot be looked at
		wants(t, err, store.ErrUnknown)
		play(t, other, start, goal)
		// A change of the catalogue does not bring a lane back to what was before.
		_, _, err = l.PutTeam(context.Background(), match.Team{ID: "elp", Name: "ELP"})
		must(t, err)
		if w := join(m, wire.TCP); !strings.Contains(string(w.got), "visit_score: 1") {
			t.Fatalf("who joins a lane that is ahead is given\n%s", w.got)
		}
		if other.View().Teams[match.Home].Name != "ELP" {
			t.Fatal("the other match was left out")
		}
		mend()
		if e := post(t, m, comment); e.ID != 3 {
			t.Fatalf("event %d", e.ID)
		}
		want, _ := frames(t, m, wire.TCP)
		if got := all(t, m.Lane(wire.TCP)); string(got) != string(want) {
			t.Fatalf("%s\nwant\n%s", got, want)
		}
		if got := l.Counts.Panics.Load(); got < 3 {
			t.Fatalf("%d panics counted", got)
		}
	})
}
