package web

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"matchstream/internal/match"
	"matchstream/internal/store/memory"
)

// season is the ids of matches, in match.CompareIDs, at so many days from noon.
func season(days ...int) (all []string) {
	for i, d := range days {
		all = append(all, fmt.Sprintf("t%d-u%d-%s", i, i%3, noon.AddDate(0, 0, d).Format(time.DateOnly)))
	}
	slices.SortFunc(all, match.CompareIDs)
	return all
}

func TestNearestFirst(t *testing.T) {
	for name, c := range map[string]struct{ days, want []int }{
		"both sides":   {[]int{-9, -2, -1, 0, 1, 2, 9}, []int{1, 0, -1}},
		"only earlier": {[]int{-9, -8, -7, -6}, []int{-7, -8, -6}},
		"only later":   {[]int{6, 7, 8, 9}, []int{8, 7, 6}},
		"lopsided":     {[]int{-30, -20, 1, 2, 40}, []int{2, 1, -20}},
		"few":          {[]int{3}, []int{3}},
		"none":         {},
	} {
		t.Run(name, func(t *testing.T) {
			win, _ := windowOf(nil, noon)
			shown, _, _ := win.cut(season(c.days...), 3)
			var want []string
			for _, d := range c.want {
				want = append(want, noon.AddDate(0, 0, d).Format(time.DateOnly))
			}
			slices.Sort(want)
			slices.Reverse(want)
			var got []string
			for _, id := range shown {
				got = append(got, match.DateOf(id))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%v, not %v", got, want)
			}
		})
	}
}

// TestPagesCoverAll: from the first page on, the links lead to every match
// that is looked for, once, in order.
func TestPagesCoverAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := season(rapid.SliceOfN(rapid.IntRange(-60, 60), 0, 60).Draw(t, "days")...)
		q := search{Team: rapid.SampledFrom([]string{"", "u1"}).Draw(t, "team")}
		if len(all) > 0 && rapid.Bool().Draw(t, "of a day") {
			q.Date = match.DateOf(rapid.SampledFrom(all).Draw(t, "day"))
		}
		var teams, want []string
		if q.Team != "" {
			teams = []string{"u1"}
		}
		for _, id := range all {
			if strings.Contains(id, q.Team) && strings.HasSuffix(id, q.Date) {
				want = append(want, id)
			}
		}
		all = q.wanted(all, teams)
		room := rapid.IntRange(1, 9).Draw(t, "room")
		page := func(query url.Values) (ids []string, before, after string) {
			win, ok := windowOf(query, noon)
			if !ok {
				t.Fatalf("%v is refused", query)
			}
			ids, before, after = win.cut(all, room)
			if len(ids) > room {
				t.Fatalf("%d matches on a page of %d", len(ids), room)
			}
			return ids, before, after
		}
		seen, before, after := page(nil)
		seen = slices.Clone(seen)
		for after != "" {
			var ids []string
			ids, _, after = page(url.Values{"after": {after}})
			seen = append(seen, ids...)
		}
		for before != "" {
			var ids []string
			ids, before, _ = page(url.Values{"before": {before}})
			seen = slices.Concat(ids, seen)
		}
		if !slices.Equal(seen, want) {
			t.Fatalf("%v, not %v", seen, want)
		}
	})
}

// FuzzBoard: whatever the address says, there is a page, or the page that says
// that there is none; and every link to more leads to one.
func FuzzBoard(f *testing.F) {
	for _, query := range []string{"", "after=elp-tig-2011-09-10", "before=arg-fra-2022-12-18", "after=x&before=y", "after=%zz", "after=%00", "a;b", "after=&before=",
		"team=unit&date=", "team=t&date=2022-12-18", "date=18.12.2022", "date=2022-02-31", "team=%ff%cc%81&as=scores", "team=UNÍTED&lang=es", "team=a-b%00&date=0000-00-00&before=u-t-2022-12-01"} {
		f.Add("/", query)
	}
	f.Add("/match/elp-tig-2011-09-10", "since=1")
	f.Add("/match/../x", "")
	w := newWorld(f, memory.New())
	w.team("u", "United")
	w.team("t", "Town")
	for i := range 2 * shownAtOnce {
		w.create(match.Info{Home: "u", Visit: "t", Date: noon.AddDate(0, 0, i-shownAtOnce).Format(time.DateOnly), Speed: 1})
	}
	more := regexp.MustCompile(`rel="(?:next|prev)" href="/\?([^"]*)"`)
	f.Fuzz(func(t *testing.T, path, query string) {
		page := w.asks(path, query)
		if page.Code != http.StatusOK && page.Code != http.StatusNotFound && page.Code != http.StatusTemporaryRedirect && page.Code != http.StatusMovedPermanently {
			t.Fatalf("%q ? %q: %d %s", path, query, page.Code, page.Body)
		}
		if page.Code != http.StatusOK {
			return
		}
		for _, link := range more.FindAllStringSubmatch(page.Body.String(), -1) {
			if next := w.asks("/", html.UnescapeString(link[1])); next.Code != http.StatusOK {
				t.Errorf("%q ? %q links to %q: %d", path, query, link[1], next.Code)
			}
		}
	})
}

func (w *world) asks(path, query string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", "/", nil)
	r.URL.Path, r.URL.RawQuery = path, query
	answer := httptest.NewRecorder()
	w.ServeHTTP(answer, r)
	return answer
}
