package replay

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"matchstream/internal/match"
	"matchstream/matches"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const short = `{"match":{"home":{"id":"elp","name":"Estudiantes"},"visit":{"id":"tig","name":"Tigre"},"date":"2011-09-10"},"result":{"home_score":0,"visit_score":1}}
{"at":0,"kind":"lineup","team":"elp","players":[1,2,3,4,5,6,7]}
{"at":1000,"kind":"goal","team":"tig","player":{"number":7,"name":"Luna"}}
{"at":3000,"kind":"corner","team":"elp"}
{"at":4000,"kind":"cancel","ref":3}
{"at":9000,"kind":"stop"}
`

const shortID = "elp-tig-2011-09-10"

func parse(t *testing.T, text string) match.Timeline {
	t.Helper()
	timeline, err := match.ReadTimeline(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return timeline
}

func file(t *testing.T, name string) match.Timeline {
	t.Helper()
	b, err := matches.FS.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, string(b))
}

// play plays one timeline on the fake, as fast as it can, and returns how that
// ended and what was told.
func play(t *testing.T, f *fake, o Options) (Outcome, []string) {
	t.Helper()
	var told []string
	if o.Timelines == nil {
		o.Timelines = []match.Timeline{parse(t, short)}
	}
	if o.Token == "" {
		o.Token = f.token
	}
	if o.Clock == nil {
		o.Clock = &fakeClock{}
	}
	o.Servers = []string{f.URL}
	o.Observe = func(g *Game, s Step) { told = append(told, s.Text) }
	outcomes, err := Play(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return outcomes[0], told
}

const shortKinds = "lineup goal corner cancel stop"

func expectPlayed(t *testing.T, f *fake, o Outcome) {
	t.Helper()
	if o.Err != nil {
		t.Errorf("the replay failed: %v", o.Err)
	}
	if got := f.kinds(shortID); got != shortKinds {
		t.Errorf("stored are %q, expected %q", got, shortKinds)
	}
}

func TestPlaysAMatchThatIsNotThere(t *testing.T) {
	f := newFake(t)
	o, _ := play(t, f, Options{Speed: 60})
	expectPlayed(t, f, o)
	if got := o.Score.String(); got != "0–1" || o.Played != 5 {
		t.Errorf("score %s, %d played; expected 0–1, 5", got, o.Played)
	}
	if got := f.mu.matches[shortID].created["speed"]; got != 60.0 {
		t.Errorf("created with speed %v", got)
	}
	if f.mu.teams["elp"] != "Estudiantes" || f.mu.teams["tig"] != "Tigre" {
		t.Errorf("teams %v", f.mu.teams)
	}
}

// What is said of each event of a whole match.
func TestTexts(t *testing.T) {
	for _, name := range []string{matches.Seed, matches.Final2022} {
		f := newFake(t)
		o, told := play(t, f, Options{Timelines: []match.Timeline{file(t, name)}})
		if o.Err != nil {
			t.Errorf("%s: %v", name, o.Err)
		}
		golden(t, strings.TrimSuffix(filepath.Base(name), ".ndjson")+".txt", strings.Join(told, "\n")+"\n")
	}
}

// And of the kinds that those matches do not have.
func TestTextsOfOtherKinds(t *testing.T) {
	text := `{"match":{"home":{"id":"elp","name":"Estudiantes"},"visit":{"id":"tig","name":"Tigre"},"date":"2011-09-10"}}
{"at":0,"kind":"comment","comment":"Rain\u001b[31m since noon"}
{"at":0,"kind":"goal","team":"tig","player":{"number":7,"name":"Luna"},"how":"header","minute":"5"}
{"at":0,"kind":"var","about":"goal","outcome":"open","ref":2}
{"at":0,"kind":"var","about":"goal","outcome":"overturned","ref":2}
{"at":0,"kind":"cancel","ref":2,"reason":"offside"}
{"at":0,"kind":"amend","ref":1,"comment":"Rain since ten"}
{"at":0,"kind":"card","team":"elp","staff":"Russo","card":"yellow"}
{"at":0,"kind":"card","team":"elp","player":{"number":2,"name":"Desabato"},"card":"red","reason":"second_yellow"}
{"at":0,"kind":"addedtime","minutes":3}
{"at":0,"kind":"corner","team":"elp"}
{"at":0,"kind":"miss","team":"elp","player":{"number":9,"name":"Boselli"},"how":"penalty"}
{"at":0,"kind":"suspend","reason":"thunderstorm"}
{"at":0,"kind":"x-weather","wind":3}
{"at":0,"kind":"abandon","reason":"flood"}
`
	o, told := play(t, newFake(t), Options{Timelines: []match.Timeline{parse(t, text)}})
	if o.Err != nil {
		t.Error(o.Err)
	}
	golden(t, "other-kinds.txt", strings.Join(told, "\n")+"\n")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s", path, got)
	}
}

// A server that goes at any moment, before it has stored a request or after,
// in any way, once or for long: everything is there in the end, once.
func TestSurvivesFailures(t *testing.T) {
	answers := map[string]func(http.ResponseWriter){
		"dropped": drop,
		"429":     func(w http.ResponseWriter) { w.Header().Set("Retry-After", "2"); w.WriteHeader(429) },
		"500":     func(w http.ResponseWriter) { w.WriteHeader(500) },
		"502":     func(w http.ResponseWriter) { w.WriteHeader(502) },
		"503":     func(w http.ResponseWriter) { w.WriteHeader(503) },
		"504":     func(w http.ResponseWriter) { w.WriteHeader(504) },
		"cut": func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "1000")
			w.WriteHeader(201)
			fmt.Fprint(w, `{"id":`)
		},
	}
	for name, fail := range answers {
		for _, afterStoring := range []bool{false, true} {
			for _, times := range []int{1, 4} {
				t.Run(fmt.Sprintf("%s/stored=%v/%d", name, afterStoring, times), func(t *testing.T) {
					f := newFake(t)
					// Each request fails that often before it is answered.
					failures := map[string]int{}
					f.mu.fault = func(w http.ResponseWriter, r *http.Request, stored bool) bool {
						if stored != afterStoring {
							return false
						}
						request := r.Method + r.URL.String() + r.Header.Get("Idempotency-Key")
						failures[request]++
						if failures[request] > times {
							failures[request] = 0
							return false
						}
						fail(w)
						return true
					}
					o, told := play(t, f, Options{})
					expectPlayed(t, f, o)
					if !strings.Contains(strings.Join(told, "\n"), "the server answers again") {
						t.Errorf("nothing told of the failures: %q", told)
					}
				})
			}
		}
	}
}

func TestGivesUp(t *testing.T) {
	f := newFake(t)
	f.mu.fault = func(w http.ResponseWriter, r *http.Request, stored bool) bool {
		w.WriteHeader(503)
		return true
	}
	clock := &fakeClock{}
	o, _ := play(t, f, Options{GiveUp: time.Minute, Clock: clock})
	if o.Err == nil || !strings.Contains(o.Err.Error(), "gave up after 1m0s") {
		t.Errorf("error %v", o.Err)
	}
	// 5 s apart at most, half of that at least: 12 to 40 in a minute.
	if n := len(f.mu.calls); n < 12 || n > 40 {
		t.Errorf("%d requests in a minute", n)
	}
}

func TestGoesOn(t *testing.T) {
	for _, c := range []struct {
		name    string
		history []string
		played  int
	}{
		{"nothing yet", nil, 5},
		{"a prefix", []string{`{"kind":"lineup","team":"elp","players":[{"number":1,"name":"Uno"},2,3,4,5,6,7],"minute":"1"}`, `{"kind":"goal","team":"tig","player":{"number":7,"name":"Luna"}}`}, 3},
		{"a comment between", []string{`{"kind":"comment","comment":"hello"}`, `{"kind":"lineup","team":"elp","players":[1,2,3,4,5,6,7]}`, `{"kind":"x-weather","rain":true}`}, 4},
		{"everything", []string{`{"kind":"lineup","team":"elp","players":[1,2,3,4,5,6,7]}`, `{"kind":"goal","team":"tig","player":{"number":7,"name":"Luna"}}`, `{"kind":"corner","team":"elp"}`, `{"kind":"cancel","ref":3}`, `{"kind":"stop"}`, `{"kind":"comment","comment":"bye"}`}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t)
			begin(f, c.history)
			o, _ := play(t, f, Options{})
			if o.Err != nil || o.Played != c.played {
				t.Errorf("%d played, error %v; expected %d", o.Played, o.Err, c.played)
			}
			var own []string
			for _, k := range strings.Fields(f.kinds(shortID)) {
				if !harmless(match.Kind(k)) {
					own = append(own, k)
				}
			}
			if got := strings.Join(own, " "); got != shortKinds {
				t.Errorf("stored are %q", got)
			}
		})
	}
}

// begin makes the short match with a history.
func begin(f *fake, history []string) {
	f.mu.Lock()
	f.mu.teams["elp"], f.mu.teams["tig"] = "Estudiantes", "Tigre"
	f.create([]byte(`{"home":"elp","visit":"tig","date":"2011-09-10","speed":0}`))
	f.mu.Unlock()
	for _, body := range history {
		f.add(shortID, body)
	}
}

// A ref means a line of the timeline, whatever stands between on the server.
func TestRefIsTranslated(t *testing.T) {
	f := newFake(t)
	begin(f, []string{`{"kind":"comment","comment":"one"}`, `{"kind":"comment","comment":"two"}`})
	o, _ := play(t, f, Options{})
	if o.Err != nil {
		t.Fatal(o.Err)
	}
	bodies := f.mu.matches[shortID].bodies
	if got := bodies[5]; got != `{"kind":"cancel","ref":5}` {
		t.Errorf("the cancel was sent as %s, expected ref 5", got)
	}
	// And is recognised so when the match is gone on with.
	again, _ := play(t, f, Options{})
	if again.Err != nil || again.Played != 0 {
		t.Errorf("played again: %d, %v", again.Played, again.Err)
	}
}

func TestForeignHistory(t *testing.T) {
	lineup := `{"kind":"lineup","team":"elp","players":[1,2,3,4,5,6,7]}`
	for _, c := range []struct {
		name    string
		history []string
		want    string
	}{
		{"another kind", []string{lineup, `{"kind":"corner","team":"elp"}`}, "its event 2 is corner elp, where the timeline has goal tig Luna as its event 2"},
		{"another player", []string{lineup, `{"kind":"goal","team":"tig","player":{"number":9,"name":"Sol"}}`}, "its event 2 is goal tig Sol, where the timeline has goal tig Luna as its event 2 (other details)"},
		{"a detail more is needed", []string{`{"kind":"lineup","team":"elp"}`}, "its event 1 is lineup elp"},
		{"longer", []string{lineup, `{"kind":"goal","team":"tig","player":{"number":7,"name":"Luna"}}`, `{"kind":"corner","team":"elp"}`, `{"kind":"cancel","ref":3}`, `{"kind":"stop"}`, `{"kind":"card","team":"elp"}`}, "event 6 is card"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t)
			begin(f, c.history)
			before := f.kinds(shortID)
			o, _ := play(t, f, Options{})
			if o.Err == nil || !strings.Contains(o.Err.Error(), c.want) || !strings.Contains(o.Err.Error(), "--reset") {
				t.Errorf("error %v, expected %q and the way out", o.Err, c.want)
			}
			if after := f.kinds(shortID); after != before {
				t.Errorf("the match was changed: %q", after)
			}
			if o, _ := play(t, f, Options{Reset: true}); o.Err != nil {
				t.Errorf("with reset: %v", o.Err)
			} else {
				expectPlayed(t, f, o)
			}
		})
	}
}

func TestDiffers(t *testing.T) {
	for _, c := range []struct{ change, to, want string }{
		{`"visit_score":1`, `"visit_score":2`, "it is 0–1, the record says 0–2"},
		{`"visit_score":1`, `"visit_score":1,"home_penalties":4,"visit_penalties":2`, "the record says 0–1 (4–2 pens)"},
		{`{"at":9000,"kind":"stop"}` + "\n", "", "the match has not ended"},
	} {
		f := newFake(t)
		o, _ := play(t, f, Options{Timelines: []match.Timeline{parse(t, strings.Replace(short, c.change, c.to, 1))}})
		if !errors.Is(o.Err, ErrDiffers) || !strings.Contains(o.Err.Error(), c.want) {
			t.Errorf("%s: error %v, expected %q", c.to, o.Err, c.want)
		}
	}
	none := strings.Replace(short, `,"result":{"home_score":0,"visit_score":1}`, "", 1)
	if o, _ := play(t, newFake(t), Options{Timelines: []match.Timeline{parse(t, none)}}); o.Err != nil {
		t.Errorf("without a record: %v", o.Err)
	}
}

func TestRefusals(t *testing.T) {
	f := newFake(t)
	o, _ := play(t, f, Options{Timelines: []match.Timeline{parse(t, strings.Replace(short, `"kind":"corner"`, `"comment":"refuse me","kind":"corner"`, 1))}})
	want := "event 3 of the timeline (corner, line 4 of the file): refused (409 Conflict): this cannot happen now"
	if o.Err == nil || o.Err.Error() != want {
		t.Errorf("error %v, expected %q", o.Err, want)
	}
	if o.Played != 2 {
		t.Errorf("%d played, expected 2", o.Played)
	}
	o, _ = play(t, newFake(t), Options{Token: "wrong"})
	if o.Err == nil || !strings.Contains(o.Err.Error(), "401") || !strings.Contains(o.Err.Error(), "MATCHSTREAM_TOKEN") {
		t.Errorf("wrong token: %v", o.Err)
	}
}

func TestForce(t *testing.T) {
	f := newFake(t)
	o, _ := play(t, f, Options{Force: true})
	expectPlayed(t, f, o)
	for _, b := range f.mu.matches[shortID].bodies {
		if !strings.Contains(b, `"force":true`) {
			t.Errorf("sent without force: %s", b)
		}
	}
}

// Each line is sent when it is due, counted from the start, whatever the ones
// before it took.
func TestSchedule(t *testing.T) {
	f := newFake(t)
	clock := &fakeClock{}
	began := clock.Now()
	var at []time.Duration
	f.mu.fault = func(w http.ResponseWriter, r *http.Request, stored bool) bool {
		if !stored && strings.HasSuffix(r.URL.Path, "/events") {
			at = append(at, clock.Now().Sub(began))
			clock.advance(300 * time.Millisecond) // a slow server
		}
		return false
	}
	o, _ := play(t, f, Options{Speed: 2, Clock: clock})
	expectPlayed(t, f, o)
	// Due at 0, 0.5, 1.5, 2 and 4.5 s.
	if got := fmt.Sprint(at); got != "[0s 500ms 1.5s 2s 4.5s]" {
		t.Errorf("sent at %s", got)
	}
}

// Who goes on in the middle does not wait for what is past.
func TestScheduleInTheMiddle(t *testing.T) {
	f := newFake(t)
	begin(f, []string{`{"kind":"lineup","team":"elp","players":[1,2,3,4,5,6,7]}`, `{"kind":"goal","team":"tig","player":{"number":7,"name":"Luna"}}`})
	clock := &fakeClock{}
	began := clock.Now()
	o, told := play(t, f, Options{Speed: 1, Clock: clock})
	expectPlayed(t, f, o)
	if took := clock.Now().Sub(began); took != 6*time.Second { // from 3 s to 9 s
		t.Errorf("took %v, expected 6s", took)
	}
	if !strings.Contains(told[0], "speed 0 and is played at 1") {
		t.Errorf("nothing told of the speed: %q", told)
	}
}

func TestManyGames(t *testing.T) {
	a, b := newFake(t), newFake(t)
	a.token, b.token = "one-token-for-both", "one-token-for-both"
	timelines := []match.Timeline{parse(t, short), file(t, matches.Final2022)}
	outcomes, err := Play(t.Context(), Options{Timelines: timelines, Servers: []string{a.URL, b.URL + "/"}, Token: a.token, Clock: &fakeClock{}})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outcomes {
		if o.Err != nil {
			t.Errorf("%s on %s: %v", o.Match, o.Server, o.Err)
		}
	}
	for _, f := range []*fake{a, b} {
		if f.kinds(shortID) != shortKinds || len(f.mu.matches["arg-fra-2022-12-18"].events) != len(timelines[1].Lines) {
			t.Error("not everything is on both servers")
		}
	}
}

func TestCancelled(t *testing.T) {
	f := newFake(t)
	ctx, cancel := context.WithCancel(t.Context())
	f.mu.fault = func(w http.ResponseWriter, r *http.Request, stored bool) bool {
		if stored && len(f.mu.matches[shortID].eventsOrNone()) == 2 {
			cancel()
		}
		return false
	}
	o := Options{Timelines: []match.Timeline{parse(t, short)}, Servers: []string{f.URL}, Token: f.token, Speed: 1, Clock: &fakeClock{}}
	outcomes, err := Play(ctx, o)
	if err != nil || !errors.Is(outcomes[0].Err, context.Canceled) {
		t.Fatalf("errors %v, %v", err, outcomes[0].Err)
	}
	f.setFault(nil)
	again, _ := play(t, f, Options{})
	expectPlayed(t, f, again)
}

func (m *fakeMatch) eventsOrNone() []event {
	if m == nil {
		return nil
	}
	return m.events
}

// The match is deleted, or deleted and made again, under the replay; what is
// there now may take the event or not.
func TestMatchGoesAway(t *testing.T) {
	refuse := func(w http.ResponseWriter) bool {
		w.WriteHeader(http.StatusConflict)
		return true
	}
	for _, c := range []struct {
		want string
		gone func(f *fake, w http.ResponseWriter) (answered bool)
	}{
		{"deleted while it was played", func(f *fake, _ http.ResponseWriter) bool { delete(f.mu.matches, shortID); return false }},
		{"made anew while it was played", func(f *fake, _ http.ResponseWriter) bool { f.mu.matches[shortID].epoch = "another"; return false }},
		{"made anew while it was played", func(f *fake, w http.ResponseWriter) bool {
			f.mu.matches[shortID].epoch = "another"
			return refuse(w)
		}},
		{"refused (409 Conflict)", func(_ *fake, w http.ResponseWriter) bool { return refuse(w) }},
	} {
		f := newFake(t)
		f.mu.fault = func(w http.ResponseWriter, r *http.Request, stored bool) bool {
			m := f.mu.matches[shortID]
			return !stored && len(m.eventsOrNone()) == 2 && strings.HasSuffix(r.URL.Path, "/events") && c.gone(f, w)
		}
		if o, _ := play(t, f, Options{}); o.Err == nil || !strings.Contains(o.Err.Error(), c.want) {
			t.Errorf("error %v, expected %q", o.Err, c.want)
		}
	}
}

func TestBadOptions(t *testing.T) {
	timeline := parse(t, short)
	for want, o := range map[string]Options{
		"speed: expected 0":            {Speed: -1},
		"expected an address like":     {Timelines: []match.Timeline{timeline}, Servers: []string{"localhost:8888"}},
		"is to be played twice":        {Timelines: []match.Timeline{timeline, timeline}, Servers: []string{"http://a"}},
		"twice on http://a; give each": {Timelines: []match.Timeline{timeline}, Servers: []string{"http://a", "http://a/"}},
	} {
		if _, err := Play(t.Context(), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, expected %q", err, want)
		}
	}
}

func TestKeysAreStable(t *testing.T) {
	one, other := newScript(parse(t, short), false), newScript(parse(t, short), false)
	seen := map[string]bool{}
	for i := range one.lines {
		body := one.request(i, []int64{1, 2, 3, 4, 5}[:i])
		k := one.key(i, "e1", body)
		if k != other.key(i, "e1", body) {
			t.Error("the same line of the same timeline has two keys")
		}
		for _, key := range []string{k, one.key(i, "e2", body)} {
			if seen[key] {
				t.Errorf("the key %s comes twice", key)
			}
			seen[key] = true
		}
	}
}

func TestSameDetail(t *testing.T) {
	for _, c := range []struct {
		asked, stored string
		same          bool
	}{
		{`7`, `{"7":"Luna"}`, true},
		{`{"number":7,"name":"Luna"}`, `{"7":"Luna"}`, true},
		{`{"number":7,"name":"Sol"}`, `{"7":"Luna"}`, false},
		{`[7,{"number":8,"name":"A"}]`, `[{"number":7,"name":"L"},{"number":8,"name":"A"}]`, true},
		{`[7,8]`, `[{"number":8,"name":"A"},{"number":7,"name":"L"}]`, false},
		{`"x"`, ` "x"`, true},
		{`null`, ``, true},
		{`null`, `"x"`, false},
		{`"x"`, ``, false},
		{`{"a":1,"b":[true]}`, `{"b":[true],"a":1}`, true},
		{`{"a":1}`, `{"a":2}`, false},
		{`1`, `2`, false},
		{`nonsense`, `1`, false},
	} {
		if got := sameDetail([]byte(c.asked), []byte(c.stored)); got != c.same {
			t.Errorf("%s and %s: same %v, expected %v", c.asked, c.stored, got, c.same)
		}
	}
}
