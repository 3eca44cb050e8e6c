package web

import (
	"context"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"time"

	"matchstream/internal/live"
	"matchstream/internal/match"
)

// matchPage is what pages/match.html shows.
type matchPage struct {
	reader
	Title    string
	Info     match.Info
	Kickoff  string // time of day, where it is known
	Sides    [2]sidePage
	Label    string // period or status
	Minute   string
	Added    string // time, announced
	Live     bool
	Begun    bool
	Shown    bool // a shoot-out has begun
	Now      string
	Audience string
	Review   string // what is under review, "" for nothing
	Inks     string // classes

	Symbols, Ticker, Statistics, Course, Rounds template.HTML
	Picture                                     string // JSON for the script: picture

	scorers [2][]string
}

type sidePage struct {
	Side      string
	Name      string
	Score     int
	Penalties int

	Feats, Kicks, Half, Bench template.HTML
}

func (s *site) match(w http.ResponseWriter, r *http.Request) {
	m, err := s.Live.Match(r.Context(), r.PathValue("id"))
	switch {
	case errors.Is(err, live.ErrNotFound):
		s.missing(w, r)
	case err != nil:
		if r.Context().Err() == nil {
			s.Log.Warn("a match cannot be read", "match", r.PathValue("id"), "cause", err)
		}
		s.unavailable(w, r)
	default:
		s.showMatch(w, r, m)
	}
}

// audienceOf is how many watch now; 0 where that cannot be had: the page does
// not wait for it, nor fail.
func audienceOf(ctx context.Context, m *live.Match) int64 {
	ctx, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	a, err := m.Audience(ctx)
	if err != nil {
		return 0
	}
	return int64(a.Now)
}

// watching says how many do; nothing where nobody does.
func (r reader) watching(n int64) string {
	switch n {
	case 0:
		return ""
	case 1:
		return r.Say("watching_one")
	}
	return r.Say("watching", "n", r.Number(n))
}

// newMatchPage is the page of a match as it stands at now.
func newMatchPage(reader reader, v match.View, now time.Time) matchPage {
	st, s := v.State, newStory(reader.Language, v)
	p := matchPage{reader: reader, Info: v.Info, Shown: st.Shootout, Kickoff: kickoff(v.Info.Kickoff),
		Label: reader.Label(st.Period, v.Status()), Minute: st.Minute(now.UnixMilli()),
		Live: isLive(v.Status()), Begun: st.Period != match.NotStarted, Inks: inks(v.Teams),
		Now: now.UTC().Format(time.TimeOnly), Review: s.underReview(),
		Symbols: markup(crests(v.Teams)...), Ticker: markup(s.ticker()...), Statistics: markup(s.statistics()...), Rounds: markup(s.rounds()...)}
	p.scorers = s.scorers()
	p.Course = markup(s.course(p.Minute))
	if isPlaying(st.Period) && s.added != "" {
		p.Added = "+" + s.added
	}
	for i, side := range sides {
		q := s.squadOf(i)
		p.Sides[i] = sidePage{Side: side, Name: s.names[i], Score: st.Sides[i].Score, Penalties: st.Sides[i].Penalties,
			Feats: markup(s.feats(side)...), Kicks: markup(s.kicks(side)...), Half: markup(s.half(i, q)...), Bench: markup(s.bench(i, q)...)}
	}
	p.Title = reader.Say("versus", "home", s.names[match.Home], "visit", s.names[match.Visit])
	b, err := json.Marshal(newPicture(v, s.names, now))
	if err != nil {
		panic("web: " + err.Error()) // speed is a number: nothing in it can fail to encode
	}
	p.Picture = string(b)
	return p
}

func isLive(s match.Status) bool { return s == match.Live || s == match.Suspended }

// kickoff is the time of day at which a match is to begin, "" if not known.
func kickoff(at string) string {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return ""
	}
	return t.UTC().Format("15:04") + " UTC"
}
