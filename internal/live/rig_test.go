package live_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"matchstream/internal/feed"
	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// id is the match that most tests play.
const id = "elp-tig-2011-09-10"

// kickoff is where the tests' clocks begin.
var kickoff = time.Date(2011, 9, 10, 18, 0, 0, 0, time.UTC)

// tb is what a *testing.T, *testing.B and *rapid.T have in common.
type tb interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// clock stands still unless it is moved.
type clock struct{ millis atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.millis.Store(kickoff.UnixMilli())
	return c
}

func (c *clock) now() time.Time       { return time.UnixMilli(c.millis.Load()) }
func (c *clock) pass(d time.Duration) { c.millis.Add(d.Milliseconds()) }

// seldom spares tests over days of a synthetic clock a look at the store for each
// second of them.
const seldom = 1000 * time.Hour

func (c *clock) options() live.Options {
	return live.Options{Clock: c.now, Users: 1000, Beat: seldom, Log: slog.New(slog.DiscardHandler)}
}
func (c *clock) open(t tb, s store.Store) *live.Live {
	t.Helper()
	l, err := live.Open(context.Background(), s, c.options())
	must(t, err)
	return l
}

// open is a Live with a clock of its own, closed at the end of the test.
func open(t testing.TB, s store.Store) *live.Live {
	t.Helper()
	l := newClock().open(t, s)
	t.Cleanup(l.Close)
	return l
}

func must(t tb, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wants(t tb, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got the error %v, want %v", err, want)
	}
}

// soon bounds a wait for something that has to come.
func soon() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 30*time.Second)
}

func putTeams(t tb, l *live.Live) {
	t.Helper()
	for team, name := range map[string]string{"elp": "Estudiantes", "tig": "Tigre"} {
		_, _, err := l.PutTeam(context.Background(), match.Team{ID: team, Name: name})
		must(t, err)
	}
}

func creation() live.Creation {
	return live.Creation{Info: match.Info{Home: "elp", Visit: "tig", Date: "2011-09-10", Speed: 1},
		Answer: func(v match.View) []byte { return fmt.Appendf(nil, "{\"epoch\":%q}", v.Info.Epoch) }}
}

// create makes the teams and the match.
func create(t tb, l *live.Live) *live.Match {
	t.Helper()
	putTeams(t, l)
	_, err := l.Create(context.Background(), creation())
	must(t, err)
	return find(t, l)
}

func find(t tb, l *live.Live) *live.Match {
	t.Helper()
	m, err := l.Match(context.Background(), id)
	must(t, err)
	return m
}

// post appends the line of a timeline.
func post(t tb, m *live.Match, body string) match.Event {
	t.Helper()
	e, err := try(m, body, "")
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return e
}

// try appends with an idempotency key ("": none).
func try(m *live.Match, body, key string) (match.Event, error) {
	r, err := match.ParseRequest([]byte(body))
	if err != nil {
		return match.Event{}, err
	}
	return m.Append(context.Background(), r, live.Appending{By: "bench", Once: once(key, body)})
}

func once(key, body string) live.Once {
	return live.Once{Scope: "bench /1/match/" + id + "/events", Key: key, Body: []byte(body)}
}

// squad is eleven players, P1 to P11, as JSON.
func squad(letter string) string {
	var b bytes.Buffer
	for n := 1; n <= 11; n++ {
		fmt.Fprintf(&b, `,{"number":%d,"name":"%s%d"}`, n, letter, n)
	}
	return "[" + b.String()[1:] + "]"
}

var (
	start   = `{"kind":"start","home_players":` + squad("H") + `,"visit_players":` + squad("V") + `}`
	goal    = `{"kind":"goal","team":"tig","player":7}`
	comment = `{"kind":"comment","comment":"rain"}`
	stop    = `{"kind":"stop"}`
)

// whole is a match from start to stop, without the stop.
var whole = []string{start, goal, `{"kind":"card","team":"elp","player":5,"card":"red"}`, `{"kind":"halftime"}`,
	`{"kind":"continue"}`, `{"kind":"goal","team":"elp","player":9,"assist":10}`, `{"kind":"cancel","ref":2}`,
	`{"kind":"substitution","team":"tig","player_out":3,"player_in":{"number":14,"name":"Luna"}}`, goal,
	`{"kind":"amend","ref":9,"player":14}`, comment}

func play(t tb, m *live.Match, bodies ...string) {
	t.Helper()
	for _, b := range bodies {
		post(t, m, b)
	}
}

// await waits until a match satisfies ok on this node.
func await(t tb, m *live.Match, ok func(v match.View, deleted bool) bool) {
	t.Helper()
	ctx, cancel := soon()
	defer cancel()
	if err := m.Wait(ctx, ok); err != nil {
		t.Fatalf("it never came: %v; %s stands at %v", err, m.ID(), m.View().Position())
	}
}

// reached waits until a match has its event n on this node.
func reached(t tb, l *live.Live, n int64) *live.Match {
	t.Helper()
	m := find(t, l)
	await(t, m, func(v match.View, _ bool) bool { return v.State.LastID >= n })
	return m
}

// catalogued waits until the catalogue's news have reached a node.
func catalogued(t tb, l *live.Live, ok func() bool) {
	t.Helper()
	ctx, cancel := soon()
	defer cancel()
	for !ok() {
		if ctx.Err() != nil {
			t.Fatal("the catalogue's news never came")
		}
		runtime.Gosched()
	}
}

// all is the lane's frames, whole.
func all(t tb, l *feed.Lane) []byte {
	t.Helper()
	v := l.View()
	at, ok := v.Resume(0)
	if !ok {
		t.Fatal("the beginning is gone")
	}
	b, _ := v.Pending(at, 1<<30)
	return b
}

// texts are the whole bytes of every format.
func texts(t tb, m *live.Match) (out [wire.Formats]string) {
	t.Helper()
	for f := range wire.Formats {
		lane := m.Lane(f)
		v := lane.View()
		out[f] = string(all(t, lane)) + "|" + string(v.Status(true)) + string(v.Status(false))
		lane.Release()
	}
	return out
}

// truth folds the journal as it lies in the store.
func truth(t tb, v match.View, events []match.Event) match.State {
	t.Helper()
	s, err := match.Fold(v.Info.Home, v.Info.Visit, v.Info.Speed, events)
	must(t, err)
	return s
}

// inside is the tb of a goroutine that is not the test's: it panics.
type inside struct{}

func (inside) Helper()                           {}
func (inside) Fatal(args ...any)                 { panic(fmt.Sprint(args...)) }
func (inside) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// yield lets the others go first, so many times.
func yield(times int) {
	for range times {
		runtime.Gosched()
	}
}
