package api

import (
	"context"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"matchstream/internal/auth"
	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// texts of the tokens that every test's server knows, by name.
var texts = map[string]string{
	"operator": "the-text-of-operator", "second": "the-text-of-second", "seed": "the-text-of-seed", "edge": "the-text-of-edge",
}

// bench is an API over a store in memory, at a time that stands still.
type bench struct {
	*server
	http    *httptest.Server
	store   store.Store
	options Options
	log     *strings.Builder
	epoch   string // of every match that is made

	mu  sync.Mutex
	now time.Time
}

// sameBytes is randomness for epochs: always the same.
type sameBytes struct{}

func (sameBytes) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(i*37 + 11)
	}
	return len(p), nil
}

func newBench(t testing.TB, change ...func(*Options)) *bench {
	t.Helper()
	return newBenchOver(t, memory.New(), change...)
}

func newBenchOver(t testing.TB, s store.Store, change ...func(*Options)) *bench {
	t.Helper()
	b := &bench{store: s, log: &strings.Builder{}, now: time.Date(2011, 9, 10, 17, 30, 0, 0, time.UTC)}
	log := slog.New(slog.NewTextHandler(&lockedWriter{w: b.log}, nil))
	l, err := live.Open(t.Context(), s, live.Options{Clock: b.clock, Users: 1000, Random: sameBytes{}, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	if b.epoch, err = match.NewEpoch(sameBytes{}); err != nil {
		t.Fatal(err)
	}
	lines := []string{
		auth.Line("operator", texts["operator"], []string{auth.Operator}),
		auth.Line("second", texts["second"], []string{auth.Operator}),
		auth.Line("seed", texts["seed"], []string{auth.MatchScope("elp-tig-2011-09-10")}),
		auth.Line("edge", texts["edge"], []string{auth.Edge}),
	}
	file := filepath.Join(t.TempDir(), "tokens")
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	tokens, err := auth.Load(file, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	tokens.UseClock(b.clock, func(context.Context, time.Duration) {})
	stream := func(name string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "the stream "+name+"\n") }
	}
	b.options = Options{Live: l, Auth: tokens, Log: log, Version: "1.0-test",
		Streams:     Streams{Match: stream("of a match"), WS: stream("over WebSocket"), Board: stream("of all")},
		CheckinPort: func() int { return 9999 },
		Nodes: func() []NodeInfo {
			return []NodeInfo{{Name: "one", HTTP: 8888, TCP: []int{9999}, Watchers: 3, Version: "1.0-test", Here: true}}
		},
	}
	for _, f := range change {
		f(&b.options)
	}
	if b.server, err = build(b.options); err != nil {
		t.Fatal(err)
	}
	b.http = httptest.NewServer(b.server)
	t.Cleanup(func() {
		b.http.Close()
		l.Close()
		s.Close()
	})
	return b
}

func (b *bench) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bench) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// reply is an answer, read to its end.
type reply struct {
	status int
	header http.Header
	body   string
}

// do sends a request; headers are "Name: value", {operator} stands for the
// text of that token.
func (b *bench) do(t testing.TB, method, path string, body io.Reader, headers ...string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, b.http.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("User-Agent", "")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ":")
		for token, text := range texts {
			value = strings.ReplaceAll(value, "{"+token+"}", text)
		}
		if name = strings.TrimSpace(name); name == "Host" {
			r.Host = strings.TrimSpace(value)
		} else {
			r.Header.Add(name, strings.TrimPrefix(value, " "))
		}
	}
	// Compression is asked for by those tests that want it; redirects are answers.
	client := http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{answer.StatusCode, answer.Header, string(got)}
}

// asOperator is do with the operator's token and a body; it fails the test
// unless the answer has one of the statuses.
func (b *bench) asOperator(t testing.TB, method, path, body string, statuses ...int) reply {
	t.Helper()
	got := b.do(t, method, path, strings.NewReader(body), "Authorization: Bearer {operator}")
	for _, s := range statuses {
		if got.status == s {
			return got
		}
	}
	t.Fatalf("%s %s: %d %s, want %v", method, path, got.status, got.body, statuses)
	return got
}

const seed = "elp-tig-2011-09-10"

const lineups = `"home_players":[{"number":1,"name":"A"},{"number":2,"name":"B"},{"number":3,"name":"C"},{"number":4,"name":"D"},{"number":5,"name":"E"},{"number":6,"name":"F"},{"number":7,"name":"G"}],` +
	`"visit_players":[{"number":1,"name":"H"},{"number":2,"name":"I"},{"number":3,"name":"J"},{"number":4,"name":"K"},{"number":5,"name":"L"},{"number":6,"name":"M"},{"number":7,"name":"Luna"}]`

// kickOff makes the seed match and starts it.
func (b *bench) kickOff(t testing.TB) {
	t.Helper()
	b.asOperator(t, "PUT", "/1/team/elp", `{"name":"Estudiantes"}`, 201)
	b.asOperator(t, "PUT", "/1/team/tig", `{"name":"Tigre"}`, 201)
	b.asOperator(t, "POST", "/1/matches", `{"home":"elp","visit":"tig","date":"2011-09-10"}`, 201)
	b.asOperator(t, "POST", "/1/match/"+seed+"/events", `{"kind":"start",`+lineups+`}`, 201)
}
