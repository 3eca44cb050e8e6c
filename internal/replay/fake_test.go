package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// fake is a server of the API as far as a replay sees it. Its rules are: it
// takes any event, and only goals count.
type fake struct {
	*httptest.Server
	t     *testing.T
	token string

	mu struct {
		sync.Mutex
		teams   map[string]string
		matches map[string]*fakeMatch
		made    int // matches ever
		answers map[string]fakeAnswer
		calls   []string // "POST /1/matches"
		// fault, if not nil, is asked before (stored false) and after (stored
		// true) each request. It returns true if it has answered itself.
		fault func(w http.ResponseWriter, r *http.Request, stored bool) bool
	}
}

type fakeMatch struct {
	created map[string]any
	epoch   string
	events  []event
	bodies  []string
	score   [2]int
	pens    [2]int
	period  string
}

type fakeAnswer struct {
	body   string // of the request
	answer []byte
}

func newFake(t *testing.T) *fake {
	f := &fake{t: t, token: "the-operators-token-of-the-fake"}
	f.mu.teams, f.mu.matches, f.mu.answers = map[string]string{}, map[string]*fakeMatch{}, map[string]fakeAnswer{}
	f.Server = httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.Close)
	return f
}

func (f *fake) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mu.calls = append(f.mu.calls, r.Method+" "+r.URL.Path)
	if f.mu.fault != nil && f.mu.fault(w, r, false) {
		return
	}
	body, _ := io.ReadAll(r.Body)
	status, answer := f.answer(r, body)
	if f.mu.fault != nil && f.mu.fault(w, r, true) {
		return
	}
	w.WriteHeader(status)
	w.Write(answer)
}

func problem(status int, detail string) (int, []byte) {
	b, _ := json.Marshal(map[string]any{"title": http.StatusText(status), "status": status, "detail": detail})
	return status, b
}

// answer is called with the lock held.
func (f *fake) answer(r *http.Request, body []byte) (int, []byte) {
	if r.Method != http.MethodGet && r.Header.Get("Authorization") != "Bearer "+f.token {
		return problem(401, "a token is needed")
	}
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/1/"), "/")
	switch {
	case parts[0] == "team" && r.Method == http.MethodGet:
		if _, ok := f.mu.teams[parts[1]]; !ok {
			return problem(404, "no such team")
		}
		return 200, []byte(`{}`)
	case parts[0] == "team":
		var team struct{ Name string }
		json.Unmarshal(body, &team)
		f.mu.teams[parts[1]] = team.Name
		return 201, []byte(`{}`)
	case parts[0] == "matches":
		return f.create(body)
	}
	id := parts[1]
	m := f.mu.matches[id]
	switch {
	case m == nil:
		return problem(404, "no such match")
	case r.Method == http.MethodDelete:
		delete(f.mu.matches, id)
		return 204, nil
	case len(parts) == 2:
		b, _ := json.Marshal(m.object())
		return 200, b
	case parts[2] == "history":
		if since := r.URL.Query().Get("since"); since != "0-"+m.epoch {
			return problem(409, "another epoch than "+since)
		}
		b, _ := json.Marshal(append([]event{}, m.events...))
		return 200, b
	}
	key := r.URL.Path + " " + r.Header.Get("Idempotency-Key")
	if before, ok := f.mu.answers[key]; ok {
		if before.body != string(body) {
			return problem(422, "the key came with another body")
		}
		return 201, before.answer
	}
	status, answer := m.post(body)
	if status == 201 {
		f.mu.answers[key] = fakeAnswer{string(body), answer}
	}
	return status, answer
}

func (f *fake) create(body []byte) (int, []byte) {
	var created map[string]any
	json.Unmarshal(body, &created)
	id := fmt.Sprint(created["home"], "-", created["visit"], "-", created["date"])
	for _, side := range []string{"home", "visit"} {
		if _, ok := f.mu.teams[created[side].(string)]; !ok {
			return problem(422, "unknown team")
		}
	}
	if f.mu.matches[id] != nil {
		return problem(409, "exists")
	}
	f.mu.made++
	f.mu.matches[id] = &fakeMatch{created: created, epoch: fmt.Sprintf("epoch%d", f.mu.made), period: "not_started"}
	return 201, []byte(`{}`)
}

func (m *fakeMatch) object() map[string]any {
	return map[string]any{"position": m.position(), "period": m.period, "speed": m.created["speed"],
		"home-score": m.score[0], "visit-score": m.score[1], "home-penalties": m.pens[0], "visit-penalties": m.pens[1]}
}

func (m *fakeMatch) position() string { return fmt.Sprintf("%d-%s", len(m.events), m.epoch) }

// post stores an event in the form in which the API shows it: players as
// objects of number and name.
func (m *fakeMatch) post(body []byte) (int, []byte) {
	d := decodeDetails(body)
	e := event{ID: int64(len(m.events) + 1), Data: details{}}
	json.Unmarshal(d["kind"], &e.Kind)
	if d.text("comment") == "refuse me" {
		return problem(409, "this cannot happen now")
	}
	for key, value := range d {
		switch players, _ := readPlayers(value); key {
		case "kind":
		case "player", "player_in", "player_out":
			e.Data[key], _ = json.Marshal(map[string]string{strconv.Itoa(players[0].Number): players[0].Name})
		case "home_players", "visit_players":
			e.Data[strings.TrimSuffix(key, "players")+"lineup"] = value
		default:
			e.Data[key] = value
		}
	}
	side := 0
	if d.text("team") != m.created["home"] {
		side = 1
	}
	switch {
	case e.Kind == "goal" && m.period == "penalties":
		m.pens[side]++
	case e.Kind == "goal":
		m.score[side]++
	case e.Kind == "start":
		m.period = "first"
	case e.Kind == "penalties":
		m.period = "penalties"
	case e.Kind == "stop":
		m.period = "ended"
	}
	m.events = append(m.events, e)
	m.events[len(m.events)-1].Position = m.position()
	m.bodies = append(m.bodies, string(body))
	b, _ := json.Marshal(m.events[len(m.events)-1])
	return 201, b
}

// setFault replaces the fault.
func (f *fake) setFault(fault func(w http.ResponseWriter, r *http.Request, stored bool) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mu.fault = fault
}

// add stores an event of another operator.
func (f *fake) add(id, body string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if status, b := f.mu.matches[id].post([]byte(body)); status != 201 {
		f.t.Fatalf("the fake refuses %s: %s", body, b)
	}
}

// kinds are those of the stored events.
func (f *fake) kinds(id string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []string
	for _, e := range f.mu.matches[id].events {
		all = append(all, string(e.Kind))
	}
	return strings.Join(all, " ")
}

// drop ends the connection without an answer.
func drop(w http.ResponseWriter) {
	c, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		c.Close()
	}
}

// fakeClock stands until somebody waits; then it is the moment waited for.
type fakeClock struct {
	mu struct {
		sync.Mutex
		now time.Time
	}
}

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mu.now
}

func (c *fakeClock) Until(ctx context.Context, moment time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if moment.After(c.mu.now) {
		c.mu.now = moment
	}
	return ctx.Err()
}

func (c *fakeClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mu.now = c.mu.now.Add(d)
}
