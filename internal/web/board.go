package web

import (
	"context"
	"net/http"
	"time"

	"matchstream/internal/live"
	"matchstream/internal/match"
)

// shownAtOnce is how many matches a page lists at most.
const shownAtOnce = 100

// boardPage is what pages/board.html shows.
type boardPage struct {
	reader
	Title  string
	First  bool   // the page that one comes to: nearest matches, live ones first
	Now    int64  // the server's time, Unix milliseconds
	Time   string // of day
	Live   []line
	Days   []day
	Before string // match id for the link to later matches, "" for none
	After  string // for that to earlier ones
}

type day struct {
	Date  string
	Lines []line
}

// line is a match in the list.
type line struct {
	ID      string
	Address string
	Class   string // live, over, or "" for what is to come
	Names   [2]string
	Score   [2]int
	Begun   bool
	Won     [2]bool
	Label   string
	Minute  string // instead of the label, while playing

	// For the script, which lets the minute go on.
	Period match.Period
	Status match.Status
	Start  int64
	Speed  float64

	Shootout  bool
	Penalties [2]int
}

func (s *site) board(w http.ResponseWriter, r *http.Request) {
	window, ok := windowOf(r.URL.Query(), s.Clock())
	if !ok {
		s.missing(w, r)
		return
	}
	s.show(w, r, http.StatusOK, "board", s.newBoardPage(r.Context(), readerOf(r), window, s.Clock()))
}

func (s *site) newBoardPage(ctx context.Context, reader reader, win window, now time.Time) boardPage {
	p := boardPage{reader: reader, Title: reader.Say("matches"), First: win.first(), Now: now.UnixMilli(), Time: now.UTC().Format(time.TimeOnly)}
	var rest []live.Summary
	for _, m := range s.Live.Matches() {
		if !isLive(m.Status) {
			rest = append(rest, m)
		} else if p.First && len(p.Live) < shownAtOnce {
			p.Live = append(p.Live, s.line(ctx, reader, m, now))
		}
	}
	rest, p.Before, p.After = win.cut(rest, shownAtOnce-len(p.Live))
	for _, m := range rest {
		if n := len(p.Days); n == 0 || p.Days[n-1].Date != m.Info.Date {
			p.Days = append(p.Days, day{Date: m.Info.Date})
		}
		last := &p.Days[len(p.Days)-1]
		last.Lines = append(last.Lines, s.line(ctx, reader, m, now))
	}
	return p
}

func (s *site) line(ctx context.Context, reader reader, m live.Summary, now time.Time) line {
	l := line{ID: m.Info.ID, Address: reader.To("/match/" + m.Info.ID), Score: m.Score, Period: m.Period, Status: m.Status, Speed: m.Info.Speed,
		Begun: m.Period != match.NotStarted, Label: reader.Label(m.Period, m.Status),
		Shootout: m.Shootout, Penalties: m.Penalties}
	for i, id := range []string{m.Info.Home, m.Info.Visit} {
		l.Names[i] = id
		if t, ok := s.Live.Team(id); ok && t.Name != "" {
			l.Names[i] = t.Name
		}
	}
	switch {
	case isLive(m.Status):
		l.Class = "live"
		// Those that are alive are in memory: this does not wait for the store.
		if found, err := s.Live.Match(ctx, m.Info.ID); err == nil {
			st := found.View().State
			l.Start = st.PeriodStart
			if m.Status == match.Live {
				l.Minute = st.Minute(now.UnixMilli())
			}
		}
	case m.Period == match.Ended:
		l.Class = "over"
		if m.Status == match.Finished { // abandoned: nobody has won yet
			home, visit := m.Score[0]+m.Penalties[0], m.Score[1]+m.Penalties[1]
			l.Won = [2]bool{home > visit, visit > home} // a shoot-out follows a draw
		}
	case m.Status == match.Scheduled && kickoff(m.Info) != "":
		l.Label = kickoff(m.Info)
	}
	return l
}
