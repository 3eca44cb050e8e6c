package api

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/shelf"
	"matchstream/internal/store/memory"
)

// newListBench is a bench whose matches can be deleted and made anew: each has its own epoch.
func newListBench(t testing.TB) *bench {
	t.Helper()
	s := memory.New()
	l, err := live.Open(t.Context(), s, live.Options{Users: 1000})
	if err != nil {
		t.Fatal(err)
	}
	b := newBenchOver(t, s, func(o *Options) { o.Live = l })
	t.Cleanup(l.Close)
	return b
}

// anew is the same API, which keeps no lists.
func (b *bench) anew(t testing.TB) *server {
	t.Helper()
	s, err := build(b.options)
	if err != nil {
		t.Fatal(err)
	}
	s.lists = &shelf.Shelf{Clock: time.Now}
	return s
}

// list asks a server, and gives what it says but for what packing does to it.
func list(t testing.TB, s *server, query, encoding string) string {
	t.Helper()
	r := httptest.NewRequest("GET", "/1/matches"+query, nil)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	h, body := w.Header(), w.Body.String()
	if packed := h.Get("Content-Encoding") == "gzip"; packed && (encoding == "" || encoding == "gzip;q=0") {
		t.Errorf("%s: packed for who did not ask for it", query)
	} else if packed {
		body = unpacked(t, reply{body: body})
	}
	if v := h.Values("Vary"); !slices.Equal(v, []string{"Accept-Encoding"}) {
		t.Errorf("%s: Vary is %q", query, v)
	}
	return fmt.Sprintf("%d %s %s\n%s", w.Code, h.Get("Content-Type"), h.Get("Link"), body)
}

// TestListIsKept: whatever was changed, and whoever has asked before, a list is what it would be
// if it were made for this one. The changes are drawn from a fixed seed.
func TestListIsKept(t *testing.T) {
	b := newListBench(t)
	anew := b.anew(t)
	random := rand.New(rand.NewPCG(1, 2))
	one := func(of []string) string { return of[random.IntN(len(of))] }
	teams, dates := []string{"elp", "tig", "boc", "riv"}, []string{"2011-09-10", "2011-09-11", "2012-02-29"}
	for _, team := range teams {
		b.asOperator(t, "PUT", "/1/team/"+team, `{"name":"`+team+`"}`, 201)
	}
	some := func() (home, visit, date string) {
		home, visit = one(teams), one(teams)
		for home == visit {
			visit = one(teams)
		}
		return home, visit, one(dates)
	}
	change := func() {
		home, visit, date := some()
		path := "/1/match/" + match.MakeID(home, visit, date)
		event := func(body string) { b.asOperator(t, "POST", path+"/events", body, 201, 404, 409, 422) }
		switch random.IntN(8) {
		case 0, 1:
			b.asOperator(t, "POST", "/1/matches", fmt.Sprintf(`{"home":%q,"visit":%q,"date":%q}`, home, visit, date), 201, 409)
		case 2:
			b.asOperator(t, "DELETE", path, "", 204, 404)
		case 3:
			event(`{"kind":"start",` + lineups + `}`)
		case 4:
			event(fmt.Sprintf(`{"kind":%q}`, one([]string{"halftime", "continue", "stop"})))
		case 5:
			event(`{"kind":"comment","comment":"rain"}`)
		case 6:
			event(fmt.Sprintf(`{"kind":"cancel","ref":%d}`, 1+random.IntN(4)))
		case 7:
			b.asOperator(t, "PATCH", path, fmt.Sprintf(`{"stadium":"no. %d"}`, random.IntN(100)), 200, 404)
		}
	}
	query := func() string {
		_, _, date := some()
		q := "?" + one([]string{"", "", "period=first", "period=last,first", "period=ended,not_started,ended", "period=halftime", "period=none"})
		q += one([]string{"", "", "&team=" + one(teams), "&date=" + date, "&after=boc-riv-" + date, "&after=x"})
		return q + one([]string{"", fmt.Sprintf("&limit=%d", 1+random.IntN(3)), "&limit=0"})
	}
	for range 400 {
		change()
		for range 4 {
			q := query()
			if got, want := list(t, b.server, q, ""), list(t, anew, q, ""); got != want {
				t.Fatalf("%s: kept\n%s\nanew\n%s", q, got, want)
			}
		}
	}
}

// TestListIsPacked as it was before lists were kept: for who takes it, and is told much.
func TestListIsPacked(t *testing.T) {
	b := newListBench(t)
	anew := b.anew(t)
	b.manyMatches(t, 100)
	for range 3 {
		for _, q := range []string{"", "?limit=70&period=not_started", "?limit=2", "?period=ended"} {
			for _, encoding := range []string{"gzip", "", "gzip;q=0", "br, gzip"} {
				if got, want := list(t, b.server, q, encoding), list(t, anew, q, ""); got != want {
					t.Fatalf("%s: kept\n%s\nanew\n%s", q, got, want)
				}
			}
		}
		b.asOperator(t, "DELETE", "/1/match/"+match.MakeID("elp", "tig", "2011-09-10"), "", 204)
		b.asOperator(t, "POST", "/1/matches", `{"home":"elp","visit":"tig","date":"2011-09-10"}`, 201)
	}
	packed := b.do(t, "GET", "/1/matches", nil, "Accept-Encoding: gzip")
	if plain := b.do(t, "GET", "/1/matches", nil); packed.header.Get("Content-Encoding") != "gzip" || len(packed.body) > len(plain.body)/2 {
		t.Errorf("%v: %d bytes, %d plain", packed.header, len(packed.body), len(plain.body))
	}
	if short := b.do(t, "GET", "/1/matches?limit=20", nil, "Accept-Encoding: gzip"); short.header.Get("Content-Encoding") != "" ||
		short.header.Get("Link") != `</1/matches?after=elp-tig-2011-09-29&limit=20>; rel="next"` {
		t.Errorf("a short one: %v", short.header)
	}
	in := new(listInput)
	kept, err := b.lists.Get("gzip "+in.key(b.Live.ListVersion(), nil), func() (shelf.Body, error) {
		return shelf.Body{}, errors.New("nothing is kept")
	})
	if err != nil || packed.body != string(kept.Packed) {
		t.Errorf("%v: it is packed for each who asks", err)
	}
}

// TestListIsMadeOnce for all who ask, until it would say something else.
func TestListIsMadeOnce(t *testing.T) {
	b := newListBench(t)
	b.kickOff(t)
	made := func(period string) (anew bool) {
		in := listInput{Period: period}
		periods, err := in.check()
		if err != nil {
			t.Fatal(err)
		}
		b.lists.Get(in.key(b.Live.ListVersion(), periods), func() (shelf.Body, error) {
			anew = true
			return shelf.Body{}, errors.New("not yet")
		})
		list(t, b.server, "?period="+period, "")
		return anew
	}
	for i, c := range []struct {
		event string
		made  [2]bool
	}{
		{`{"kind":"comment","comment":"rain"}`, [2]bool{true, true}},
		{`{"kind":"goal","team":"tig","player":7}`, [2]bool{false, false}},
		{`{"kind":"halftime"}`, [2]bool{false, true}},
	} {
		b.asOperator(t, "POST", "/1/match/"+seed+"/events", c.event, 201)
		if got := [2]bool{made(""), made("first")}; got != c.made {
			t.Errorf("%d: made %v, expected %v", i, got, c.made)
		}
	}
}

// TestListIsNeverLate: who has an answer to his change finds it in the list, whoever else asks
// and changes at that time.
func TestListIsNeverLate(t *testing.T) {
	b := newListBench(t)
	for _, team := range []string{"elp", "tig"} {
		b.asOperator(t, "PUT", "/1/team/"+team, `{"name":"`+team+`"}`, 201)
	}
	var all sync.WaitGroup
	for n := range 4 {
		all.Go(func() {
			date := fmt.Sprintf("2011-09-%02d", n+10)
			id := match.MakeID("elp", "tig", date)
			holds := func(query string, want bool) {
				if got := list(t, b.server, query, ""); strings.Contains(got, `"`+id+`"`) != want {
					t.Errorf("%s %s: %s, expected %v", id, query, got, want)
				}
			}
			do := func(method, path, body string, want int) {
				r := httptest.NewRequest(method, path, strings.NewReader(body))
				r.Header.Set("Authorization", "Bearer "+texts["operator"])
				w := httptest.NewRecorder()
				if b.server.ServeHTTP(w, r); w.Code != want {
					t.Errorf("%s %s: %d %s", method, path, w.Code, w.Body)
				}
			}
			for range 25 {
				do("POST", "/1/matches", fmt.Sprintf(`{"home":"elp","visit":"tig","date":%q}`, date), 201)
				holds("", true)
				holds("?period=first", false)
				do("POST", "/1/match/"+id+"/events", `{"kind":"start",`+lineups+`}`, 201)
				holds("?period=first", true)
				do("POST", "/1/match/"+id+"/events", `{"kind":"halftime"}`, 201)
				holds("?period=first", false)
				do("DELETE", "/1/match/"+id, "", 204)
				holds("", false)
			}
		})
	}
	all.Wait()
}

// manyMatches makes so many, one a day.
func (b *bench) manyMatches(t testing.TB, n int) {
	t.Helper()
	for _, team := range []string{"elp", "tig"} {
		b.asOperator(t, "PUT", "/1/team/"+team, `{"name":"`+team+`"}`, 201, 200)
	}
	for i := range n {
		date := time.Date(2011, 9, 10+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		b.asOperator(t, "POST", "/1/matches", fmt.Sprintf(`{"home":"elp","visit":"tig","date":%q}`, date), 201)
	}
}

// BenchmarkList is what a list of so many matches costs when it is kept, and when it is made for
// each who asks.
func BenchmarkList(b *testing.B) {
	for _, matches := range []int{1, 100, 1000} {
		world := newListBench(b)
		world.manyMatches(b, matches)
		for _, encoding := range []string{"", "gzip"} {
			for name, s := range map[string]*server{"kept": world.server, "anew": world.anew(b)} {
				b.Run(fmt.Sprintf("matches=%d/%s/%s", matches, encoding, name), func(b *testing.B) {
					r := httptest.NewRequest("GET", "/1/matches", nil)
					r.Header.Set("Accept-Encoding", encoding)
					b.ReportAllocs()
					for b.Loop() {
						w := httptest.NewRecorder()
						if s.ServeHTTP(w, r); w.Code != 200 {
							b.Fatal(w.Code, w.Body)
						}
					}
				})
			}
		}
	}
}
