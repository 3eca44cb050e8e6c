package browser

import (
	"strings"
	"testing"
)

// TestConsoleLineupLater: a line-up is corrected after the kick-off, those who
// began and the bench; the kick-off cannot be taken back any more.
func TestConsoleLineupLater(t *testing.T) {
	t.Parallel()
	s, p, id := announced(t)
	p.goes("Kick-off", "Goal Argentina", "10 Argentina P10")
	p.shows(".recent", "Argentina P10. confirmed")
	p.goes("Events")
	p.waits(`document.querySelectorAll("dialog .event").length === 4`)
	p.click("button", "Kick-off confirmed")
	p.shows("dialog", "take that back first")
	if ask[bool](p, `document.querySelector("dialog details") !== null`) {
		t.Error("the kick-off is offered to be taken back")
	}
	p.goes("Line-up of Argentina")
	text := pasted("Argentina")
	text = strings.Replace(text, "10 Argentina P10", "10 Lionel", 1)
	text = strings.Replace(text, "12 Argentina P12", "12 Emiliano", 1)
	p.fills("textbox", "Paste the line-up", text)
	p.goes("Save")
	p.shows(".recent", "Corrected: line-up, Argentina. confirmed")
	p.goes("Change Argentina", "10 Lionel", "12 Emiliano")
	p.shows(".recent", "Emiliano comes on for Lionel (Argentina). confirmed")
	s.tells(id, "lineup arg", "lineup fra", "start", "goal arg 10", "amend 3", "amend 1", "substitution arg 10 12")
}

// TestConsoleTwoCards: which of two cards it was can be told from the choices.
func TestConsoleTwoCards(t *testing.T) {
	t.Parallel()
	s, p, id := announced(t)
	p.goes("Kick-off", "Yellow Argentina", "5 Argentina P5", "Yellow Argentina", "5 Argentina P5 has a yellow card")
	if text := p.text("dialog"); strings.Contains(text, "Nobody") {
		t.Errorf("on the sheet of the second yellow card: %s", text)
	}
	p.goes("Second yellow: send off Argentina P5")
	p.goes("Red France", "Coach: France Coach")
	p.shows(".recent", "France Coach")
	p.shows(".queue", "Live, all confirmed")
	p.goes("VAR")
	p.find("button", "Second yellow P5 1′")
	p.find("button", "Yellow P5 1′")
	p.find("button", "Red Coach 1′")
	s.tells(id, "lineup arg", "lineup fra", "start", "card arg yellow 5", "card arg red 5 second_yellow", "card fra red")
}

// TestConsoleEnded: at the final whistle all is well at once.
func TestConsoleEnded(t *testing.T) {
	t.Parallel()
	_, p, _ := announced(t)
	p.goes("Kick-off", "Half-time", "Second half")
	p.shows(".queue", "Live, all confirmed")
	ask[bool](p, `(window.said = [], new MutationObserver(() => said.push(document.querySelector(".queue").innerText)).observe(document.querySelector(".queue"), { childList: true, characterData: true, subtree: true }), true)`)
	p.goes("Full time", "Tap again: Full time")
	p.shows(".queue", "Over, all confirmed")
	if said := ask[[]string](p, `said`); strings.Contains(strings.Join(said, ""), "Not live") {
		t.Errorf("said on the way: %q", said)
	}
}

// TestConsoleTakesBackTheLast: though something else has happened since the
// list was opened.
func TestConsoleTakesBackTheLast(t *testing.T) {
	t.Parallel()
	s, p, id := announced(t)
	p.goes("Kick-off", "Half-time")
	p.shows(".recent", "Half-time confirmed")
	p.goes("Events")
	p.find("button", "1′ Half-time confirmed")
	s.post(id, `{"kind":"comment","comment":"Tea."}`)
	p.shows(".recent", "Tea.")
	p.goes("1′ Half-time confirmed")
	p.find("DisclosureTriangle", "Take it back")
}

// TestConsoleLineupDropped: a correction that a server did not take is dropped
// as a whole.
func TestConsoleLineupDropped(t *testing.T) {
	t.Parallel()
	s, p, id := announced(t)
	p.expects("409")
	p.goes("Kick-off", "Goal Argentina", "10 Argentina P10")
	p.shows(".recent", "Argentina P10. confirmed")
	p.goes("Events", "Kick-off confirmed", "Line-up of Argentina")
	text := strings.Replace(pasted("Argentina"), "10 Argentina P10", "22 Somebody", 1)
	p.fills("textbox", "Paste the line-up", text)
	p.goes("Save")
	p.shows(".banners", "Not taken: Correction")
	p.waits(`document.querySelector(".queue").innerText.includes("2 waiting for you")`)
	ask[bool](p, `(document.querySelector(".banner").click(), true)`)
	p.goes("Drop it")
	p.shows(".queue", "Live, all confirmed")
	s.tells(id, "lineup arg", "lineup fra", "start", "goal arg 10")
}
