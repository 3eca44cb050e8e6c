package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
	"matchstream/matches"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is when all tests take place.
var noon = time.Date(2022, 12, 18, 12, 0, 0, 0, time.UTC)

// world is a site over a real live and a store in memory, at a time that the
// test sets.
type world struct {
	testing.TB
	http.Handler
	live  *live.Live
	clock atomic.Int64 // Unix milliseconds
}

func newWorld(t testing.TB, s store.Store) *world {
	t.Helper()
	w := &world{TB: t}
	w.clock.Store(noon.UnixMilli())
	now := func() time.Time { return time.UnixMilli(w.clock.Load()) }
	log := slog.New(slog.DiscardHandler)
	l, err := live.Open(t.Context(), s, live.Options{Clock: now, Random: zeroes{}, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close(); s.Close() })
	w.live, w.Handler = l, New(Options{Live: l, Clock: now, Log: log})
	return w
}

// zeroes makes every epoch the same.
type zeroes struct{}

func (zeroes) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func (w *world) get(path string) *httptest.ResponseRecorder { return w.ask("GET", path, nil) }

func (w *world) ask(method, path string, h http.Header) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for k, v := range h {
		r.Header[k] = v
	}
	answer := httptest.NewRecorder()
	w.ServeHTTP(answer, r)
	return answer
}

func (w *world) team(id, name string) {
	w.Helper()
	if _, _, err := w.live.PutTeam(w.Context(), match.Team{ID: id, Name: name}); err != nil {
		w.Fatal(err)
	}
}

func (w *world) create(i match.Info) string {
	w.Helper()
	_, err := w.live.Create(w.Context(), live.Creation{Info: i, Answer: func(match.View) []byte { return []byte("{}") }})
	if err != nil {
		w.Fatal(err)
	}
	return match.MakeID(i.Home, i.Visit, i.Date)
}

// post adds events, each the body of a request.
func (w *world) post(id string, bodies ...string) {
	w.Helper()
	for _, body := range bodies {
		r, err := match.ParseRequest([]byte(body))
		if err != nil {
			w.Fatalf("%s: %v", body, err)
		}
		m, err := w.live.Match(w.Context(), id)
		if err == nil {
			_, err = m.Append(w.Context(), r, live.Appending{By: "test"})
		}
		if err != nil {
			w.Fatalf("%s: %v", body, err)
		}
	}
}

// play posts the first n lines of a timeline, at the times when they happened.
func (w *world) play(file string, n int) string {
	w.Helper()
	tl := timeline(w.TB, file)
	w.team(tl.Home.ID, tl.Home.Name)
	w.team(tl.Visit.ID, tl.Visit.Name)
	id := w.create(match.Info{Home: tl.Home.ID, Visit: tl.Visit.ID, Date: tl.Date, Stadium: tl.Stadium,
		Competition: tl.Competition, Speed: 1})
	for _, line := range tl.Lines[:min(n, len(tl.Lines))] {
		w.clock.Store(noon.UnixMilli() + line.At)
		w.post(id, string(line.Body))
	}
	return id
}

func timeline(t testing.TB, file string) match.Timeline {
	t.Helper()
	text, err := matches.FS.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	tl, err := match.ReadTimeline(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return tl
}

// eleven is a line-up of players called name and a number.
func eleven(name string) string {
	var b strings.Builder
	for i := range 11 {
		fmt.Fprintf(&b, `,{"number":%d,"name":%q}`, i+1, fmt.Sprintf("%s %d", name, i+1))
	}
	return "[" + b.String()[1:] + "]"
}

func start(home, visit string) string {
	return `{"kind":"start","home_players":` + eleven(home) + `,"visit_players":` + eleven(visit) + `}`
}

func TestAnswers(t *testing.T) {
	w := newWorld(t, memory.New())
	w.play(matches.Final2022, 3)
	for _, c := range []struct {
		method, path string
		status       int
		holds        string
	}{
		{"GET", "/", 200, "Argentina"},
		{"GET", "/?after=arg-fra-2022-12-18", 200, "There are no matches on this page."},
		{"GET", "/?after=nonsense", 404, "Nothing here"},
		{"GET", "/?before=a-b-2022-02-31", 404, "Nothing here"},
		{"GET", "/match/arg-fra-2022-12-18", 200, "Argentina v France"},
		{"GET", "/match/arg-fra-2022-12-19", 404, "Nothing here"},
		{"GET", "/match/%3Cscript%3E", 404, "Nothing here"},
		{"GET", "/match/", 404, "Nothing here"},
		{"GET", "/match/arg-fra-2022-12-18/", 404, "Nothing here"},
		{"GET", "/nowhere", 404, "Nothing here"},
		{"GET", "/assets/", 404, "Nothing here"},
		{"GET", "/assets/style.css", 404, "Nothing here"},
		{"GET", "/assets/words.0.json", 404, "Nothing here"},
		{"HEAD", "/", 200, ""},
		{"HEAD", "/match/arg-fra-2022-12-18", 200, ""},
		{"POST", "/", 405, "This page can only be read."},
		{"DELETE", "/match/arg-fra-2022-12-18", 405, "This page can only be read."},
	} {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			a := w.ask(c.method, c.path, nil)
			if a.Code != c.status || !strings.Contains(a.Body.String(), c.holds) || c.method == "HEAD" && a.Body.Len() > 0 {
				t.Errorf("%d, expected %d with %q:\n%s", a.Code, c.status, c.holds, a.Body)
			}
			if c.status != 405 && a.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("Cache-Control: %q", a.Header().Get("Cache-Control"))
			}
			if allow := a.Header().Get("Allow"); (c.status == 405) != (allow == "GET, HEAD") {
				t.Errorf("Allow: %q", allow)
			}
		})
	}
}

// TestUnreadable: a match that is over lies in the store, and that fails.
func TestUnreadable(t *testing.T) {
	lame := &lameStore{Store: memory.New()}
	w := newWorld(t, kept{lame})
	id := w.play(matches.Seed, 1000)
	w.live.Close() // has noted that the match is over
	w = newWorld(t, lame)
	lame.broken.Store(true)
	if a := w.get("/"); a.Code != 200 || !strings.Contains(a.Body.String(), "/match/"+id) {
		t.Errorf("the list: %d", a.Code)
	}
	a := w.get("/match/" + id)
	if a.Code != 503 || a.Header().Get("Retry-After") != "3" || !strings.Contains(a.Body.String(), "cannot be read at the moment") {
		t.Errorf("broken: %d %v", a.Code, a.Header())
	}
	lame.broken.Store(false)
	if a := w.get("/match/" + id); a.Code != 200 {
		t.Errorf("mended: %d", a.Code)
	}
}

type lameStore struct {
	store.Store
	broken atomic.Bool
}

func (s *lameStore) Read(ctx context.Context, key store.Key, from int64) ([]store.Record, error) {
	if s.broken.Load() {
		return nil, fmt.Errorf("%w: %w", store.ErrUnavailable, errors.New("no disk"))
	}
	return s.Store.Read(ctx, key, from)
}

// kept is a store whose Close is left to another.
type kept struct{ store.Store }

func (kept) Close() error { return nil }

// TestPagesAreKept: for a second a page is the same, but for an event; and
// nobody gets one that was made for another language or address.
func TestPagesAreKept(t *testing.T) {
	w := newWorld(t, memory.New())
	id := w.play(matches.Final2022, 3)
	now := regexp.MustCompile(`data-now="(\d+)"|&#34;now&#34;:(\d+)`)
	age := func(path string, h http.Header) (millis int64) {
		found := now.FindStringSubmatch(w.ask("GET", path, h).Body.String())
		if found == nil {
			t.Fatalf("%s has no time", path)
		}
		n, err := strconv.ParseInt(found[1]+found[2], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return w.clock.Load() - n
	}
	for _, path := range []string{"/", "/match/" + id} {
		for _, c := range []struct {
			passes int64
			post   bool
			query  string
			accept string
			age    int64
		}{
			{5000, false, "", "", 0}, {999, false, "", "", 999}, {0, false, "?lang=es", "", 0}, {0, false, "", "es", 0}, {1, false, "", "", 0},
			{500, true, "", "", map[bool]int64{true: 500}[path == "/"]},
		} {
			w.clock.Add(c.passes)
			if c.post {
				w.post(id, `{"kind":"comment","comment":"x"}`)
			}
			if got := age(path+c.query, http.Header{"Accept-Language": {c.accept}}); got != c.age {
				t.Errorf("%s %+v: %d ms old", path, c, got)
			}
		}
	}
}
