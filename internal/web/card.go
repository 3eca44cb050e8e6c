package web

import (
	"errors"
	"net/http"
	"time"

	"golang.org/x/text/unicode/norm"

	"matchstream/internal/card"
	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/shelf"
)

// cardLook is part of a card's ETag: another number for another drawing.
const cardLook = "1"

// patience is how long somebody waits for the easel: who draws cards for
// nobody must not hold the connections of those who watch.
const patience = 2 * time.Second

var errBusy = errors.New("too many cards are to be drawn")

// card answers GET /match/{id}/card.png: the match as it stands. All of it
// follows from position and language, so that an address with the present
// position (?at=) may be kept by everybody; another gets the present card, and
// asks again.
func (s *site) card(w http.ResponseWriter, r *http.Request) {
	m, err := s.Live.Match(r.Context(), r.PathValue("id"))
	if errors.Is(err, live.ErrNotFound) {
		s.missing(w, r)
		return
	}
	if err != nil {
		s.unavailable(w, r)
		return
	}
	v, reader := m.View(), readerOf(r)
	tag := tagOf(v) + "-" + reader.Code + "-" + cardLook
	h := w.Header()
	// The language in the address is part of what may be kept.
	h.Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("at") == tagOf(v) && reader.asked {
		h.Set("Cache-Control", "public, max-age=604800, immutable")
	}
	if !reader.asked {
		h.Add("Vary", "Accept-Language")
	}
	h.Set("Content-Type", "image/png")
	if shelf.Holds(r.Header.Values("If-None-Match"), tag) {
		shelf.Body{}.Send(w, r, http.StatusOK, tag) // not changed: nothing is drawn
		return
	}
	drawn, err := s.cards.Get(v.Info.ID+" "+tag, func() (shelf.Body, error) {
		select {
		case s.easel <- struct{}{}: // one after the other: a core is left for those who watch
		case <-time.After(patience):
			return shelf.Body{}, errBusy
		}
		defer func() { <-s.easel }()
		return shelf.Body{Plain: newCard(reader, v).PNG()}, nil
	})
	if errors.Is(err, errBusy) {
		h.Set("Cache-Control", "no-store")
		s.unavailable(w, r)
		return
	}
	if err != nil {
		s.Log.Error("a page could not be made", "path", r.URL.Path, "cause", err)
		h.Set("Cache-Control", "no-store")
		http.Error(w, reader.Say("failed"), http.StatusInternalServerError)
		return
	}
	drawn.Send(w, r, http.StatusOK, tag)
}

// newCard of a match at its position: the minute is that of the last event.
func newCard(r reader, v match.View) card.Card {
	c := card.Card{Teams: v.Teams, Score: scoreText(v), Phase: r.Label(v.State.Period, v.Status()), About: norm.NFC.String(v.Info.Competition),
		Day: r.Language.Day(v.Info.Date), Scorers: newStory(r.Language, v).scorers(), Site: r.Say("name")}
	for i, id := range v.State.Teams {
		c.Teams[i].ID, c.Teams[i].Name = id, norm.NFC.String(nameOf(v, id))
		for j, scorer := range c.Scorers[i] {
			c.Scorers[i][j] = norm.NFC.String(scorer)
		}
	}
	if v.State.Shootout {
		c.Under = r.Say("after_shootout", "kicks", kicksText(v))
	}
	switch {
	case v.State.Period == match.NotStarted && v.Status() == match.Scheduled && kickoff(v.Info.Kickoff) != "":
		c.Score, c.Phase = kickoff(v.Info.Kickoff), ""
	case v.State.Period == match.NotStarted:
		c.Score = "–"
	case v.Status() == match.Live:
		if minute := lastMinute(v); minute != "" {
			c.Phase = minute + "′"
		}
	}
	return c
}

// lastMinute is that of the last event of the period that goes on.
func lastMinute(v match.View) string {
	for i := len(v.State.Log) - 1; i >= 0; i-- {
		e := v.State.Log[i].Effective.Event()
		switch e.Kind {
		case match.Halftime, match.Penalties:
			return ""
		}
		if e.Minute != "" {
			return e.Minute
		}
	}
	return ""
}
