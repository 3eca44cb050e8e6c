package browser

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// goes taps a button that opens a sheet, and what is on it.
func (t *tab) goes(buttons ...string) {
	t.Helper()
	for _, b := range buttons {
		t.click("button", b)
	}
}

// happened is the match's history in short: kind, side, whose, minute not.
func (s *server) happened(id string) (all []string) {
	s.Helper()
	var events []struct {
		ID   int
		Kind string
		Data map[string]any
	}
	if err := json.Unmarshal(s.ask("GET", "/1/match/"+id+"/history", ""), &events); err != nil {
		s.Fatal(err)
	}
	for i, e := range events {
		if e.ID != i+1 {
			s.Fatalf("event %d is %d", i+1, e.ID)
		}
		line := e.Kind
		for _, key := range []string{"team", "card", "player", "player_out", "player_in", "assist", "how", "player_team", "minutes", "about", "outcome", "ref", "reason", "comment"} {
			switch v := e.Data[key].(type) {
			case nil:
			case map[string]any:
				line += " " + strings.Join(slices.Sorted(maps.Keys(v)), "")
			default:
				line += fmt.Sprint(" ", v)
			}
		}
		all = append(all, line)
	}
	return all
}

// tells fails unless exactly this happened in a match.
func (s *server) tells(id string, want ...string) {
	s.Helper()
	if got := s.happened(id); !slices.Equal(got, want) {
		s.Errorf("happened:\n%s\nnot:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func (s *server) newMatch() string {
	s.Helper()
	s.team("arg", "Argentina")
	s.team("fra", "France")
	return s.create("arg", "fra", "2026-12-18")
}

// operates opens a match's console, signed in.
func (t *tab) operates(id string) {
	t.Helper()
	t.viewport(small, false)
	t.signIn()
	t.open("/operate#" + id)
	t.shows(".queue", "all confirmed")
}

const offline = "ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|Failed to fetch"

// TestConsoleWholeMatch: a match of some thirty events by clicks, a part of it
// without a network, with a reload in the middle of the queue.
func TestConsoleWholeMatch(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	id := s.newMatch()
	p := newTab(t, s.site())
	p.expects(offline)
	p.operates(id)
	p.announces("Argentina", "France")
	p.goes("Kick-off", "Goal Argentina", "10 Argentina P10")
	p.goes("Goal France", "Own goal", "4 Argentina P4")
	p.goes("Foul Argentina", "Just the team")
	p.goes("Yellow Argentina", "5 Argentina P5")
	p.goes("VAR", "Own goal P4 1′")
	p.shows(".recent", "Under review: the goal. confirmed")
	p.goes("VAR", "Overturned: take back Own goal P4 1′")
	p.shows(".score", "1–0")
	p.shows(".queue", "all confirmed")
	p.waits(`navigator.serviceWorker.controller`)

	p.offline(true)
	p.goes("Goal Argentina", "Header", "With assist", "9 Argentina P9", "11 Argentina P11")
	p.shows(".recent", "waiting")
	p.shows(".score", "2–0")
	p.goes("Change France", "11 France P11", "12 France P12")
	p.goes("Yellow Argentina", "5 Argentina P5 has a yellow card", "Second yellow: send off Argentina P5")
	p.goes("Added time", "3 minutes added", "Half-time")
	p.shows(".phase", "Half-time")
	p.shows(".queue", "1–0 confirmed")
	p.shows(".queue", "5 waiting")
	p.fits("offline")
	p.reload()
	p.shows(".score", "2–0")
	p.shows(".queue", "5 waiting")
	p.goes("Second half", "Goal France", "12 France P12")
	p.goes("Shot France", "10 France P10", "Undo Shot P10 46′")
	p.shows(".recent", "Goal for France")
	p.goes("Shot Argentina")
	if n := len(s.happened(id)); n != 10 {
		t.Errorf("%d events reached the server without a network", n)
	}
	if ask[int](p, `[...document.querySelectorAll(".shirt")].length`) != 10 {
		t.Error("the one who was sent off is still on the pitch, or others are not")
	}
	p.goes("Close")
	p.offline(false)
	p.shows(".queue", "all confirmed")
	p.shows(".score", "2–1")
	p.goes("Corner France", "Just the team", "More", "Offside France", "12 France P12")
	p.goes("More", "Missed France", "Penalty", "12 France P12")
	p.goes("More", "Comment")
	p.fills("textbox", "Comment", "Rain <b>at last</b>")
	p.click("button", "Comment")
	p.goes("More", "Suspend")
	p.fills("textbox", "Reason", "floodlights")
	p.goes("Suspend")
	p.shows(".phase", "Suspended")
	p.goes("Play goes on")
	p.shows(".recent", "Play goes on confirmed")
	p.goes("Undo Resumption 46′")
	p.shows(".phase", "Suspended")
	p.goes("Play goes on", "Goal France", "12 France P12")
	p.shows(".score", "2–2")
	p.goes("Extra time", "Tap again: Extra time", "Half-time", "Second half", "Shoot-out", "Tap again: Shoot-out", "Goal Argentina", "1 Argentina P1", "Missed France", "1 France P1")
	p.goes("Full time")
	p.shows(".phase", "Penalties")
	p.goes("Tap again: Full time")
	p.shows(".phase", "Full time")
	p.shows(".queue", "Over, all confirmed")
	s.tells(id, "lineup arg", "lineup fra", "start", "goal arg 10", "goal fra 4 arg", "foul arg", "card arg yellow 5",
		"var goal open 5", "var goal overturned 5", "cancel 5 video review",
		"goal arg 9 11 header", "substitution fra 11 12", "card arg red 5 second_yellow", "addedtime 3", "halftime",
		"continue", "goal fra 12",
		"corner fra", "offside fra 12", "miss fra 12 penalty", "comment Rain <b>at last</b>", "suspend floodlights", "resume", "cancel 23", "resume",
		"goal fra 12", "extratime", "halftime", "continue", "penalties", "goal arg 1", "miss fra 1", "stop")
}
