package browser

import (
	"fmt"
	"strings"
	"testing"
)

// small is the least of the screens that the console is made for.
var small = screen{"small", 360, 640, true}

// signIn opens the console and signs in.
func (t *tab) signIn() {
	t.Helper()
	t.open("/operate")
	t.fills("textbox", "Token for "+strings.TrimPrefix(t.site, "http://"), operatorToken)
	t.click("button", "Sign in")
	t.find("heading", "Choose a match")
}

// announces sends both line-ups, pasted.
func (t *tab) announces(home, visit string) {
	t.Helper()
	for _, team := range []string{home, visit} {
		t.click("button", "Line-up of "+team)
		t.fills("textbox", "Paste the line-up", pasted(team))
		t.click("button", "Announce these 11")
		t.find("button", team+": 11 players")
	}
}

// pasted is a line-up as text, of players called Ana 1, …
func pasted(team string) string {
	var b strings.Builder
	for i := range 15 {
		if i == 11 {
			b.WriteString("\nSubstitutes:\n")
		}
		fmt.Fprintf(&b, "%d %s P%d\n", i+1, team, i+1)
	}
	return b.String() + "Coach: " + team + " Coach\n"
}

// TestConsoleFirstPath: from the token to a goal in two taps.
func TestConsoleFirstPath(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.team("arg", "Argentina")
	s.team("fra", "France")
	id := s.create("arg", "fra", "2026-12-18")
	p := newTab(t, s.site())
	p.viewport(small, false)
	p.signIn()
	p.open("/operate#" + id)
	p.announces("Argentina", "France")
	p.click("button", "Kick-off")
	p.click("button", "Goal Argentina")
	p.click("button", "10 Argentina P10")
	p.shows(".recent", "confirmed")
	p.shows(".score", "Argentina 1–0 France")
}
