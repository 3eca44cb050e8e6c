package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store/memory"
)

func season(days ...int) (all []live.Summary) {
	for i, d := range days {
		date := noon.AddDate(0, 0, d).Format(time.DateOnly)
		all = append(all, live.Summary{Info: match.Info{ID: fmt.Sprintf("t%d-u-%s", i, date), Date: date}})
	}
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
			for _, m := range shown {
				got = append(got, m.Info.Date)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%v, not %v", got, want)
			}
		})
	}
}

// TestPagesCoverAll: from the first page on, the links lead to every match,
// once, in order.
func TestPagesCoverAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := season(rapid.SliceOfN(rapid.IntRange(-60, 60), 0, 60).Draw(t, "days")...)
		room := rapid.IntRange(1, 9).Draw(t, "room")
		page := func(query url.Values) (ids []string, before, after string) {
			win, ok := windowOf(query, noon)
			if !ok {
				t.Fatalf("%v is refused", query)
			}
			shown, before, after := win.cut(slices.Clone(all), room)
			if len(shown) > room {
				t.Fatalf("%d matches on a page of %d", len(shown), room)
			}
			for _, m := range shown {
				ids = append(ids, m.Info.ID)
			}
			return ids, before, after
		}
		seen, before, after := page(nil)
		for after != "" {
			var ids []string
			ids, _, after = page(url.Values{"after": {after}})
			seen = append(seen, ids...)
		}
		for before != "" {
			var ids []string
			ids, before, _ = page(url.Values{"before": {before}})
			seen = append(ids, seen...)
		}
		if len(seen) != len(all) || !slices.IsSortedFunc(seen, order) {
			t.Fatalf("%d of %d matches: %v", len(seen), len(all), seen)
		}
		if n := len(slices.Compact(seen)); n != len(all) {
			t.Fatalf("%d twice", len(all)-n)
		}
	})
}

// FuzzBoard: whatever the address says, there is a page, or the page that says
// that there is none; and every link to more leads to one.
func FuzzBoard(f *testing.F) {
	for _, query := range []string{"", "after=elp-tig-2011-09-10", "before=arg-fra-2022-12-18", "after=x&before=y", "after=%zz", "after=%00", "a;b", "after=&before="} {
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
	more := regexp.MustCompile(`href="/\?((?:after|before)=[^"]*)"`)
	f.Fuzz(func(t *testing.T, path, query string) {
		page := w.asks(path, query)
		if page.Code != http.StatusOK && page.Code != http.StatusNotFound && page.Code != http.StatusTemporaryRedirect && page.Code != http.StatusMovedPermanently {
			t.Fatalf("%q ? %q: %d %s", path, query, page.Code, page.Body)
		}
		if page.Code != http.StatusOK {
			return
		}
		for _, link := range more.FindAllStringSubmatch(page.Body.String(), -1) {
			if next := w.asks("/", link[1]); next.Code != http.StatusOK {
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
