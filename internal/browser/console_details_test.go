package browser

import (
	"encoding/json"
	"testing"
)

// lateInTheEvening is 29 November, half past eleven in Buenos Aires: of the
// 30th in UTC.
const lateInTheEvening = `{
	const Real = Date, ahead = Real.UTC(2026, 10, 30, 2, 30) - Real.now();
	window.Date = class extends Real {
		constructor(...at) { at.length ? super(...at) : super(Real.now() + ahead); }
		static now() { return Real.now() + ahead; }
	};
}`

// labelled is the control of a label, as the page has it.
func labelled(label string) string {
	return `[...document.querySelectorAll("label")].find((l) => l.textContent === ` + quote(label) + `).control`
}

// sets a date or a time, whose fields are no text in which one could type.
func (t *tab) sets(label, value string) {
	t.Helper()
	t.waits(labelled(label))
	if got := ask[string](t, `(() => {
		const field = `+labelled(label)+`;
		field.value = `+quote(value)+`;
		for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
		return field.value;
	})()`); got != value {
		t.Errorf("%s is %q, not %q", label, got, value)
	}
}

// described is what a server knows of a match.
func (s *server) described(id string) (m struct{ Stadium, Competition, Kickoff, Status string }) {
	s.Helper()
	if err := json.Unmarshal(s.ask("GET", "/1/match/"+id, ""), &m); err != nil {
		s.Fatal(err)
	}
	return m
}

// TestConsoleEvening: a match is one of the day that the operator picked, and
// today is the day on his wall.
func TestConsoleEvening(t *testing.T) {
	s := newServer(t)
	s.team("arg", "Argentina")
	s.team("fra", "France")
	p := newTab(t, s.site())
	p.runsFirst(lateInTheEvening)
	p.viewport(small, false)
	p.signIn()
	p.goes("New match")
	p.fills("combobox", "Home team", "Argentina")
	p.fills("combobox", "Visiting team", "France")
	if got := ask[string](p, labelled("Date")+".value"); got != "2026-11-29" {
		t.Errorf("the day that the form begins with is %s", got)
	}
	p.sets("Kick-off (optional)", "23:45")
	p.goes("Create the match")
	p.shows(".phase", "Not started")
	if id := ask[string](p, `location.hash.slice(1)`); id != "arg-fra-2026-11-29" {
		t.Fatalf("the match is %s", id)
	}
	if m := s.described("arg-fra-2026-11-29"); m.Kickoff != "2026-11-30T02:45:00Z" {
		t.Errorf("it begins at %s", m.Kickoff)
	}
	p.goes("Back")
	p.waits(`[...document.querySelectorAll("section")].find((s) => s.querySelector("h2")?.textContent === "Today")?.textContent.includes("2026-11-29")`)
}

// TestConsoleNewTeam: a new team needs no more than a name; its id is looked
// for only where the one that was made of it will not do.
func TestConsoleNewTeam(t *testing.T) {
	s := newServer(t)
	s.team("boca", "Boca Juniors")
	p := newTab(t, s.site())
	p.viewport(small, false)
	p.signIn()
	p.goes("New match")
	p.fills("combobox", "Home team", "Boca")
	p.fills("combobox", "Visiting team", "Ñublense F.C.")
	p.sets("Date", "2026-12-18")
	open := `[...document.querySelectorAll("details")].map((d) => d.open).join()`
	if is := ask[string](p, open); is != "false,false" {
		t.Errorf("open before anything is wrong: %s", is)
	}
	p.goes("Create the match")
	p.shows("details .wrong", "The id boca is that of Boca Juniors")
	p.find("textbox", "Id of the new team (Home team)")
	if is := ask[string](p, open); is != "true,false" {
		t.Errorf("open where an id is taken: %s", is)
	}
	if id := ask[string](p, `document.activeElement.value`); id != "boca" {
		t.Errorf("the focus is in %q", id)
	}
	p.picture("console-id-taken", true)
	p.presses("!")
	p.goes("Create the match")
	p.shows("details .wrong", "Boca needs an id of a–z, 0–9 and _.")
	p.fills("textbox", "Id of the new team (Home team)", "boca_sl")
	p.fills("combobox", "Home team", "Boca de San Lorenzo") // what was typed stays
	p.fills("combobox", "Visiting team", "السد")            // of which none can be made
	p.fills("textbox", "Id of the new team (Visiting team)", "sadd")
	p.goes("Create the match")
	p.shows(".phase", "Not started")
	if id := ask[string](p, `location.hash.slice(1)`); id != "boca_sl-sadd-2026-12-18" {
		t.Errorf("the match is %s", id)
	}
}

// TestConsoleTokenShown: what was pasted can be looked at.
func TestConsoleTokenShown(t *testing.T) {
	p := newTab(t, newServer(t).site())
	p.viewport(small, false)
	p.open("/operate")
	p.shows("form", "You got it from whoever runs the server.")
	token, kind := "Token for "+p.site[len("http://"):], `document.querySelector("[name=token]").type`
	p.fills("textbox", token, "half a tok")
	if is := ask[string](p, kind); is != "password" {
		t.Errorf("it is shown to all: %s", is)
	}
	p.goes("Show (Token)")
	if is := ask[string](p, kind); is != "text" {
		t.Errorf("it is not shown: %s", is)
	}
	p.picture("console-token-shown", true)
	p.goes("Hide (Token)")
	if is := ask[string](p, kind); is != "password" {
		t.Errorf("it is not hidden again: %s", is)
	}
}
