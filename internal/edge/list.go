package edge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"matchstream/internal/client"
	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/wire"
)

// page is how many matches are asked for at once.
const page = 1000

// keepList follows the origin's list until ctx ends.
func (s *Store) keepList(ctx context.Context) {
	wait := client.NewBackoff()
	for lost := false; ; {
		listed, err := s.follows(ctx, func() {
			if lost {
				s.log.Info("the origin is there again", "address", s.origin.base)
			}
			lost = false
		})
		s.vital.board.Store(false)
		if ctx.Err() != nil {
			return
		}
		if listed {
			wait = client.NewBackoff()
		}
		if !lost {
			s.log.Warn("the origin is not followed; trying again", "address", s.origin.base, "cause", whatItIs(err))
		}
		lost = true
		if client.RealClock.Until(client.RealClock{}, ctx, time.Now().Add(wait.Next(askedFor(err)))) != nil {
			return
		}
	}
}

// whatItIs adds what was expected, where what answers has no list: nothing else of an
// origin is refused like that.
func whatItIs(err error) error {
	if client.Is(err, http.StatusNotFound) || client.Is(err, http.StatusUnauthorized) || client.Is(err, http.StatusForbidden) {
		return fmt.Errorf("%w (expected the public address of a MatchStream, that of its --http, and not that of its --admin)", err)
	}
	return err
}

// follows the list until it breaks; there is called once all is known.
func (s *Store) follows(ctx context.Context, there func()) (listed bool, err error) {
	if err := s.ask(ctx); err != nil {
		return false, err
	}
	n := &session{Store: s}
	n.mu.heard = make(map[string]time.Time)
	board, err := s.origin.open(ctx, "/1/stream", "", func() { n.hears(time.Now()) })
	if err != nil {
		return false, err
	}
	s.vital.board.Store(true)
	s.vital.hears()
	ended := make(chan error, 1)
	go func() { ended <- n.hear(board) }()
	defer func() {
		board.close()
		if err2 := <-ended; err == nil {
			err = err2
		}
	}()
	for {
		whole, err := n.list(ctx)
		if err != nil {
			return listed, err
		}
		listed = true
		var later <-chan time.Time
		if !whole {
			later = time.After(settled)
		}
		s.listed.Store(true)
		there()
		select {
		case err = <-ended:
			ended <- err
			return true, err
		case <-s.again:
		case <-later:
		}
	}
}

// lookAgain has the list read anew: something does not agree with it.
func (s *Store) lookAgain() {
	select {
	case s.again <- struct{}{}:
	default:
	}
}

// hear what the stream of all matches tells.
func (n *session) hear(board *stream) error {
	for {
		e, err := board.Read()
		if err != nil {
			return err
		}
		switch e.Event {
		case "match":
			var score wire.Score
			if err = json.Unmarshal([]byte(e.Data), &score); err == nil {
				err = n.newer("match/"+score.Match, func() error { return n.setScore(score) })
			}
		case "gone":
			var gone struct{ Match string }
			if err = json.Unmarshal([]byte(e.Data), &gone); err == nil {
				err = n.newer("match/"+gone.Match, func() error { n.gone(gone.Match); return nil })
			}
		case "team":
			var team wire.Team
			if err = json.Unmarshal([]byte(e.Data), &team); err == nil {
				err = n.newer("team/"+team.ID, func() error { return n.setTeam(teamOf(team)) })
			}
		}
		if err != nil {
			n.log.Error("the origin tells something strange; it is left out", "kind", e.Event, "cause", err)
		}
	}
}

// list reads which teams and matches there are, and forgets those that are not. Not
// whole: it came of a node that may be behind, so what is missing in it may be new, and
// none was forgotten.
func (n *session) list(ctx context.Context) (whole bool, err error) {
	n.settle(time.Now())
	var teams []wire.Team
	if _, err := n.origin.read(ctx, "/1/teams", &teams); err != nil {
		return false, err
	}
	var strange error
	for _, t := range teams {
		strange = errors.Join(strange, n.older("team/"+t.ID, func() error { return n.setTeam(teamOf(t)) }))
	}
	whole = true
	known := n.known() // what comes while the list is read is not missing in it
	for after := ""; ; {
		var scores []wire.Score
		path := "/1/matches?scores=1&limit=" + strconv.Itoa(page)
		if after != "" {
			path += "&after=" + url.QueryEscape(after)
		}
		a, err := n.origin.read(ctx, path, &scores)
		if err != nil {
			return false, err
		}
		whole = whole && a.header.Get(wire.StaleHeader) == ""
		for _, score := range scores {
			delete(known, score.Match)
			strange = errors.Join(strange, n.older("match/"+score.Match, func() error { return n.setScore(score) }))
			after = score.Match
		}
		if a.header.Get("Link") == "" || len(scores) == 0 {
			break
		}
	}
	if whole {
		for _, id := range slices.Sorted(maps.Keys(known)) {
			n.older("match/"+id, func() error { n.remove(known[id]); return nil })
		}
	}
	if strange != nil {
		n.log.Error("the origin's list has something strange; it is left out", "cause", strange)
	}
	return whole, nil
}

// known are the matches that are in the catalogue.
func (s *Store) known() map[string]store.Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[string]store.Key, len(s.mu.told))
	for id, t := range s.mu.told {
		all[id] = store.Key{Match: id, Epoch: t.Info.Epoch}
	}
	return all
}

// leaving is how long the end of a match's own stream is waited for, once the
// stream of all matches has told that the match was deleted: what happened
// before comes before.
const leaving = 2 * time.Second

func (s *Store) gone(id string) {
	s.mu.Lock()
	t, ok := s.mu.told[id]
	key := store.Key{Match: id, Epoch: t.Info.Epoch}
	_, followed := s.mu.journals[key]
	s.mu.Unlock()
	switch {
	case ok && followed:
		s.background(func() {
			if (client.RealClock{}).Until(s.run, time.Now().Add(leaving)) == nil {
				s.remove(key)
			}
		})
	case ok:
		s.remove(key)
	}
}

func teamOf(t wire.Team) match.Team {
	return match.Team{ID: t.ID, Name: t.Name, Division: t.Division, Colours: t.Colours}
}

var errStrange = fmt.Errorf("expected a match as /1/stream shows it")
