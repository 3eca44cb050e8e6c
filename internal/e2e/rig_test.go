package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"matchstream/internal/match"
	"matchstream/internal/node"
	"matchstream/matches"
)

func TestMain(m *testing.M) {
	childNode()
	childStand()
	goleak.VerifyTestMain(m)
}

// patience is how long a test waits for what must happen; one that passes
// never waits this long.
const patience = 2 * time.Minute

const operatorToken = "the-operator-of-these-tests"

// config of a node on free ports of loopback.
func config(t testing.TB) node.Config {
	return node.Config{
		Data: t.TempDir(), Store: "embedded", HTTP: "127.0.0.1:0", TCP: "127.0.0.1:0", Admin: "127.0.0.1:0",
		OperatorToken: operatorToken, HandshakeTimeout: time.Minute, SendTimeout: 32 * time.Second,
		Heartbeat: 15 * time.Second, Lag: 1000, Users: 1000, Drain: 10 * time.Millisecond, Version: "test",
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
}

// start runs a node until the test is over.
func start(t testing.TB, c node.Config) *node.Node {
	t.Helper()
	n, err := node.Start(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Shutdown(context.Background()); err != nil {
			t.Errorf("shutdown: %v", err)
		}
	})
	return n
}

func at(n *node.Node) addresses { return addresses{http: n.HTTPAddr(), tcp: n.TCPAddrs()[0]} }

// operator posts to a node.
type operator struct {
	http  func() string // address
	token string
	// keys, if there are any, let net/http repeat what a connection took along
	// that was closed between two requests, as a full node does.
	keys *atomic.Int64
	// client is for whom it says to come, as a proxy does; "": it says nothing.
	client string
}

func operatorOf(n *node.Node) operator {
	return operator{http: func() string { return n.HTTPAddr() }, token: operatorToken}
}

// answer to a request.
type answer struct {
	status int
	body   string
	header http.Header
}

func (o operator) ask(method, path, body string, header ...string) (answer, error) {
	r, err := http.NewRequest(method, "http://"+o.http()+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Authorization", "Bearer "+o.token)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if o.client != "" {
		r.Header.Set("X-Forwarded-For", o.client)
	}
	if o.keys != nil {
		r.Header.Set("Idempotency-Key", fmt.Sprint("key-", o.keys.Add(1)))
	}
	a, err := client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	return answer{a.StatusCode, string(text), a.Header}, err
}

// must ask and get this status.
func (o operator) must(t testing.TB, status int, method, path, body string, header ...string) answer {
	t.Helper()
	a, err := o.ask(method, path, body, header...)
	if err != nil {
		t.Fatal(err)
	}
	if a.status != status {
		t.Fatalf("%s %s %s: %d, want %d: %s", method, path, body, a.status, status, a.body)
	}
	return a
}

// timeline of package matches.
func timeline(t testing.TB, name string) match.Timeline {
	t.Helper()
	f, err := matches.FS.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tl, err := match.ReadTimeline(f)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return tl
}

// timelines are the names of all of them.
func timelines(t testing.TB) (names []string) {
	t.Helper()
	err := fs.WalkDir(matches.FS, ".", func(name string, _ fs.DirEntry, err error) error {
		if path.Ext(name) == ".ndjson" {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// create makes a timeline's teams and match, and returns the match's id.
func (o operator) create(t testing.TB, tl match.Timeline) string {
	t.Helper()
	for _, team := range []match.Team{tl.Home, tl.Visit} {
		o.team(t, team.ID, team.Name)
	}
	body, _ := json.Marshal(map[string]any{"home": tl.Home.ID, "visit": tl.Visit.ID, "date": tl.Date, "speed": 0})
	o.must(t, http.StatusCreated, "POST", "/1/matches", string(body))
	return match.MakeID(tl.Home.ID, tl.Visit.ID, tl.Date)
}

func (o operator) team(t testing.TB, id, name string) {
	t.Helper()
	body, _ := json.Marshal(map[string]string{"name": name})
	a, err := o.ask("PUT", "/1/team/"+id, string(body))
	if err != nil || a.status != http.StatusCreated && a.status != http.StatusOK {
		t.Fatalf("team %s: %+v, %v", id, a, err)
	}
}

// createSeed makes a match elp-tig on a day.
func (o operator) createSeed(t testing.TB, date string) string {
	t.Helper()
	return o.create(t, match.Timeline{Home: match.Team{ID: "elp", Name: "Estudiantes"},
		Visit: match.Team{ID: "tig", Name: "Tigre"}, Date: date})
}

// started is the body of a start with two line-ups.
func startBody() string {
	var home, visit []string
	for n := 1; n <= 11; n++ {
		home = append(home, fmt.Sprintf(`{"number":%d,"name":"Home %d"}`, n, n))
		visit = append(visit, fmt.Sprintf(`{"number":%d,"name":"Visit %d"}`, n, n))
	}
	return fmt.Sprintf(`{"kind":"start","home_players":[%s],"visit_players":[%s]}`, strings.Join(home, ","), strings.Join(visit, ","))
}

// history of a match, as the API tells it.
func (o operator) history(t testing.TB, id string) (events []object) {
	t.Helper()
	a := o.must(t, http.StatusOK, "GET", "/1/match/"+id+"/history", "")
	if err := json.NewDecoder(bytes.NewReader([]byte(a.body))).Decode(&events); err != nil {
		t.Fatal(err)
	}
	return events
}

// do makes a request.
func do(r *http.Request) (answer, error) {
	a, err := client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	return answer{a.StatusCode, string(text), a.Header}, err
}
