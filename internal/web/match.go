package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"matchstream/internal/live"
	"matchstream/internal/match"
)

// matchPage is what pages/match.html shows.
type matchPage struct {
	reader
	Title   string
	Info    match.Info
	Kickoff string // time of day, where it is known
	Sides   [2]sidePage
	Label   string // period or status
	Minute  string
	Live    bool
	Begun   bool
	Shown   bool // a shoot-out has begun
	Now     string
	Rows    []row
	Picture string // JSON for the script: picture
}

type sidePage struct {
	Side      string
	Name      string
	Score     int
	Penalties int
	Feats     []feat
	Kicks     []bool
}

// picture is where the script starts from: the keys it also finds in the data
// of a status, so that it reads both alike, and what a status need not tell.
type picture struct {
	ID             string       `json:"id"`
	Position       string       `json:"position"`
	Home           string       `json:"home"`
	Visit          string       `json:"visit"`
	HomeName       string       `json:"home-name"`
	VisitName      string       `json:"visit-name"`
	HomeScore      int          `json:"home-score"`
	VisitScore     int          `json:"visit-score"`
	HomePenalties  int          `json:"home-penalties"`
	VisitPenalties int          `json:"visit-penalties"`
	Period         match.Period `json:"period"`
	Status         match.Status `json:"status"`
	PeriodStart    int64        `json:"period-start"`
	Speed          float64      `json:"speed"`

	Shootout    bool  `json:"shootout"`
	SuspendedAt int64 `json:"suspended-at"`
	Now         int64 `json:"now"` // the server's time: the browser's clock may be wrong
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
		s.showMatch(w, r, m.View())
	}
}

// newMatchPage is the page of a match as it stands at now.
func newMatchPage(reader reader, v match.View, now time.Time) matchPage {
	st := v.State
	rows := ticker(reader.Language, v)
	p := matchPage{reader: reader, Info: v.Info, Rows: rows, Shown: st.Shootout, Kickoff: kickoff(v.Info),
		Label: reader.Label(st.Period, v.Status()), Minute: st.Minute(now.UnixMilli()),
		Live: isLive(v.Status()), Begun: st.Period != match.NotStarted,
		Now: now.UTC().Format(time.TimeOnly)}
	names := [2]string{}
	for i, side := range sides {
		names[i] = nameOf(v, st.Teams[i])
		p.Sides[i] = sidePage{Side: side, Name: names[i], Score: st.Sides[i].Score, Penalties: st.Sides[i].Penalties,
			Feats: featsOf(rows, side), Kicks: kicksOf(rows, side)}
	}
	p.Title = reader.Say("versus", "home", names[match.Home], "visit", names[match.Visit])
	home, visit := st.Sides[match.Home], st.Sides[match.Visit]
	b, err := json.Marshal(picture{ID: v.Info.ID, Position: v.Position().String(),
		Home: st.Teams[match.Home], Visit: st.Teams[match.Visit], HomeName: names[match.Home], VisitName: names[match.Visit],
		HomeScore: home.Score, VisitScore: visit.Score, HomePenalties: home.Penalties, VisitPenalties: visit.Penalties,
		Period: st.Period, Status: v.Status(), PeriodStart: st.PeriodStart, Speed: v.Info.Speed,
		Shootout: st.Shootout, SuspendedAt: st.SuspendedAt, Now: now.UnixMilli()})
	if err != nil {
		panic("web: " + err.Error()) // speed is a number: nothing in it can fail to encode
	}
	p.Picture = string(b)
	return p
}

func isLive(s match.Status) bool { return s == match.Live || s == match.Suspended }

// kickoff is the time of day at which a match is to begin, "" if not known.
func kickoff(i match.Info) string {
	t, err := time.Parse(time.RFC3339, i.Kickoff)
	if err != nil {
		return ""
	}
	return t.UTC().Format("15:04") + " UTC"
}
