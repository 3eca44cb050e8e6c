package web

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"matchstream/internal/match"
	"matchstream/internal/store/memory"
	"matchstream/matches"
)

// league is a world of n matches, about a hundred a day around noon, of a
// hundred teams; the first live ones are being played.
func league(b *testing.B, n, live int) *world {
	w := newWorld(b, memory.New())
	for i := range 100 {
		w.team(fmt.Sprintf("t%d", i), fmt.Sprintf("Athletic Town %d", i))
	}
	for i := range n {
		day := noon.AddDate(0, 0, i/100-n/200)
		id := w.create(match.Info{Home: fmt.Sprintf("t%d", i%100), Visit: fmt.Sprintf("t%d", (i+1)%100), Date: day.Format(time.DateOnly), Speed: 1})
		if day == noon && i%100 < live {
			w.post(id, start("H", "V"), `{"kind":"goal","team":"`+fmt.Sprintf("t%d", i%100)+`","player":7}`)
		}
	}
	return w
}

// BenchmarkAssets is what a process' start waits for.
func BenchmarkAssets(b *testing.B) {
	for b.Loop() {
		loadAssets()
	}
}

// BenchmarkBoard is what the list costs when its time is over each time: the
// first page, and one that is searched for.
func BenchmarkBoard(b *testing.B) {
	for _, n := range []int{2_000, 100_000} {
		w := league(b, n, 20)
		for name, path := range map[string]string{"first": "/", "search": "/?team=town+7"} {
			b.Run(fmt.Sprintf("matches=%d/%s", n, name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					w.clock.Add(2_000)
					if a := w.get(path); a.Code != 200 {
						b.Fatal(a.Code)
					}
				}
			})
		}
	}
}

// BenchmarkMatchPage is what a visit costs when everybody comes at once, and
// when the page has to be made for it.
func BenchmarkMatchPage(b *testing.B) {
	for name, passes := range map[string]int64{"kept": 0, "anew": 1000} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b, memory.New())
			id := w.play(matches.Final2022, 1000)
			b.ReportAllocs()
			for b.Loop() {
				w.clock.Add(passes)
				r := httptest.NewRequest("GET", "/match/"+id, nil)
				r.Header.Set("Accept-Encoding", "gzip")
				a := httptest.NewRecorder()
				if w.ServeHTTP(a, r); a.Code != 200 {
					b.Fatal(a.Code)
				}
			}
		})
	}
}
