package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"matchstream/internal/live"
	"matchstream/internal/shelf"
	"matchstream/internal/wire"
)

const (
	// shownAtOnce is how many matches a page lists, and how many of those that
	// are being played stand on top of the first one.
	shownAtOnce = 100
	// leastOthers of the matches stand below them in any case.
	leastOthers = 20
)

// boardPage is what pages/board.html shows.
type boardPage struct {
	reader
	Title  string
	Search search
	Found  string // how many, where there was a search
	First  bool   // the page that one comes to: live ones, today, and the nearest days
	Now    int64  // the server's time, Unix milliseconds
	Time   string // of day
	Today  day
	Live   []line
	Coming []day  // the nearest first
	Past   []day  // the latest first
	Before string // address of the page with later matches, "" for none
	After  string // of that with earlier ones
	Shield shields
}

// day is some matches of one.
type day struct {
	Date  string
	Name  string // today, tomorrow, yesterday, or ""
	Lines []line
}

func (s *site) board(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	window, ok := windowOf(query, s.Clock())
	if !ok {
		s.missing(w, r)
		return
	}
	reader, search, scores := readerOf(r), searchOf(query), query.Get("as") == "scores"
	make := func() (shelf.Body, error) {
		return s.makeBoard(context.WithoutCancel(r.Context()), reader, window, search, scores)
	}
	kind := htmlType
	if scores {
		kind = "application/json"
	}
	if window.first() && !search.Asked() && search.Trouble == "" { // whatever else stands in the address
		reader.address = &url.URL{Path: "/"}
		key := fmt.Sprint("board ", scores, reader.asked, reader.Code)
		s.answer(w, r, reader, http.StatusOK, kind, func() (shelf.Body, error) {
			return s.kept.Get(key, func() (shelf.Body, error) {
				b, err := make()
				return shelf.Pack(b.Plain), err
			})
		})
		return
	}
	s.answer(w, r, reader, http.StatusOK, kind, make)
}

func (s *site) makeBoard(ctx context.Context, reader reader, w window, q search, scores bool) (b shelf.Body, err error) {
	now := s.Clock()
	p := s.newBoardPage(reader, q, w, now)
	listed := s.list(ctx, &p, w, now)
	if scores {
		b.Plain, err = json.Marshal(listed)
		return b, err
	}
	b.Plain, err = s.render(reader, "board", p)
	return b, err
}

func (s *site) newBoardPage(reader reader, q search, w window, now time.Time) boardPage {
	return boardPage{reader: reader, Title: reader.Say("matches"), Search: q, First: w.first(), Now: now.UnixMilli(),
		Time: now.UTC().Format(time.TimeOnly), Today: day{Date: w.today}, Shield: shieldsThere}
}

// list puts the matches on the page, and gives their scores, in no order.
func (s *site) list(ctx context.Context, p *boardPage, w window, now time.Time) []wire.Score {
	scores := []wire.Score{}
	if p.Search.Trouble != "" {
		return scores
	}
	show := func(m live.Summary) line {
		score := s.score(ctx, m, now)
		scores = append(scores, score)
		return s.line(p.reader, score)
	}
	teams := p.Search.teams(s.Live)
	ids := p.Search.wanted(s.Live.IDs(), teams)
	if p.Search.Asked() {
		p.Found = found(p.reader, len(ids))
	}
	playing := map[string]bool{}
	if p.First {
		for _, m := range s.Live.Playing() {
			if len(p.Live) < shownAtOnce && len(p.Search.wanted([]string{m.Info.ID}, teams)) > 0 {
				p.Live = append(p.Live, show(m))
				playing[m.Info.ID] = true
			}
		}
	}
	shown, before, after := w.cut(ids, max(leastOthers, shownAtOnce-len(p.Live))+len(p.Live))
	if before != "" {
		p.Before = p.To(p.Search.Query("before", before))
	}
	if after != "" {
		p.After = p.To(p.Search.Query("after", after))
	}
	for _, id := range shown {
		if m, ok := s.Live.Summary(id); ok && !playing[id] {
			p.put(show(m))
		}
	}
	p.sort()
	return scores
}

// put a line into its day.
func (p *boardPage) put(l line) {
	days := &p.Past
	switch {
	case p.First && l.Date == p.Today.Date:
		p.Today.Lines = append(p.Today.Lines, l)
		return
	case p.First && l.Date > p.Today.Date:
		days = &p.Coming
	}
	if n := len(*days); n == 0 || (*days)[n-1].Date != l.Date {
		*days = append(*days, day{Date: l.Date, Name: p.nameOf(l.Date)})
	}
	last := &(*days)[len(*days)-1]
	last.Lines = append(last.Lines, l)
}

// sort what was put: days to come begin with the nearest, a day with its
// first kick-off.
func (p *boardPage) sort() {
	slices.Reverse(p.Coming)
	for _, d := range slices.Concat([]day{p.Today}, p.Coming, p.Past) {
		slices.SortStableFunc(d.Lines, func(a, b line) int { return a.before(b) })
	}
}

// nameOf a day that has one.
func (p *boardPage) nameOf(date string) string {
	today, err := time.Parse(time.DateOnly, p.Today.Date)
	if err != nil {
		return ""
	}
	for name, n := range map[string]int{"yesterday": -1, "today": 0, "tomorrow": 1} {
		if today.AddDate(0, 0, n).Format(time.DateOnly) == date {
			return p.Say(name)
		}
	}
	return ""
}

func found(r reader, n int) string {
	switch n {
	case 0:
		return r.Say("found_none")
	case 1:
		return r.Say("found_one")
	}
	return r.Say("found", "n", strconv.Itoa(n))
}
