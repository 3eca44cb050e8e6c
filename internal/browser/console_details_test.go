package browser

import (
	"encoding/json"
	"testing"
	"time"
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

// TestConsoleEvening: today is the day on the operator's wall, and so is the
// day of a match, though its id has that of UTC.
func TestConsoleEvening(t *testing.T) {
	t.Parallel()
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
	if id := ask[string](p, `location.hash.slice(1)`); id != "arg-fra-2026-11-30" {
		t.Fatalf("the match is %s", id)
	}
	if m := s.described("arg-fra-2026-11-30"); m.Kickoff != "2026-11-30T02:45:00Z" {
		t.Errorf("it begins at %s", m.Kickoff)
	}
	p.goes("Back")
	p.waits(`[...document.querySelectorAll("section")].find((s) => s.querySelector("h2")?.textContent === "Today")?.textContent.includes("23:45Argentina")`)
	p.open("/match/arg-fra-2026-11-30")
	p.shows(".about", "Sunday 29 November 2026")
	p.shows(".goals", "23:45")
}

// TestConsoleLabel: the name of a box ticks it, once.
func TestConsoleLabel(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	id, p := s.newMatch(), newTab(t, s.site())
	p.operates(id)
	p.goes("More", "Edit match")
	at := ask[[]float64](p, `(() => { const r = [...document.querySelectorAll("label")].find((l) => l.textContent === "Postponed").getBoundingClientRect(); return [r.x + 10, r.y + 5]; })()`)
	if err := p.tap(p.ctx, at[0], at[1], time.Second); err != nil {
		t.Fatal(err)
	}
	p.goes("Save")
	p.shows(".phase", "Postponed")
}

// TestConsoleToldOfDetails: what somebody else changed is shown when it matters.
func TestConsoleToldOfDetails(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	id, p := s.newMatch(), newTab(t, s.site())
	p.operates(id)
	p.shows(".phase", "Not started")
	s.ask("PATCH", "/1/match/"+id, `{"postponed":true,"stadium":"Lusail"}`)
	p.goes("More")
	p.shows(".phase", "Postponed")
	p.goes("Edit match")
	if got := ask[string](p, labelled("Stadium")+".value"); got != "Lusail" {
		t.Errorf("the stadium is %q", got)
	}
}

// TestConsoleYear: a year with a digit too many is said to be wrong.
func TestConsoleYear(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.team("arg", "Argentina")
	s.team("fra", "France")
	p := newTab(t, s.site())
	p.viewport(small, false)
	p.signIn()
	p.goes("New match")
	p.fills("combobox", "Home team", "Argentina")
	p.fills("combobox", "Visiting team", "France")
	p.sets("Date", "20265-12-18")
	p.sets("Kick-off (optional)", "23:45")
	p.goes("Create the match")
	p.shows(".wrong[role=alert]", "A kick-off needs a date and a time.")
	p.sets("Date", "2026-12-18")
	p.goes("Create the match")
	p.shows(".phase", "Not started")
}

// TestConsoleNewTeam: a new team needs no more than a name; its id is looked
// for only where the one that was made of it will not do.
func TestConsoleNewTeam(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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

// TestConsoleEdits: what was wrong of a match is put right before it begins;
// then only its names, and no more is sent than was changed.
func TestConsoleEdits(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	id, p := s.newMatch(), newTab(t, s.site())
	p.operates(id)
	p.goes("More", "Edit match")
	p.sets("Kick-off", "21:30")
	p.fills("textbox", "Stadium", "Lusail")
	p.fills("textbox", "Competition", "World Cup")
	p.pictures("console-edit")
	p.everywhere("edit", p.accessible)
	p.viewport(small, false)
	p.big("edit")
	p.goes("Save")
	p.waits(`!document.querySelector("dialog")`)
	p.shows(".news", "Saved")
	if m := s.described(id); m.Kickoff != "2026-12-19T00:30:00Z" || m.Stadium != "Lusail" || m.Competition != "World Cup" || m.Status != "scheduled" {
		t.Errorf("after the first: %+v", m)
	}
	s.ask("PATCH", "/1/match/"+id, `{"stadium":"Iconic"}`) // by somebody else
	p.goes("More", "Edit match")
	p.waits(labelled("Date") + `.value === "2026-12-18" && ` + labelled("Kick-off") + `.value === "21:30"`)
	p.sets("Date", "2026-12-20")
	p.shows("dialog", "The match keeps 2026-12-18 in its address.")
	p.click("checkbox", "Postponed")
	p.goes("Save")
	p.waits(`!document.querySelector("dialog")`)
	p.shows(".phase", "Postponed")
	if m := s.described(id); m.Kickoff != "2026-12-21T00:30:00Z" || m.Stadium != "Iconic" || m.Status != "postponed" {
		t.Errorf("postponed: %+v", m)
	}
	p.goes("More", "Edit match")
	p.sets("Kick-off", "")
	p.click("checkbox", "Postponed")
	p.goes("Save")
	p.waits(`!document.querySelector("dialog")`)
	if m := s.described(id); m.Kickoff != "" || m.Status != "scheduled" {
		t.Errorf("not known any more: %+v", m)
	}
	p.announces("Argentina", "France")
	p.goes("Kick-off")
	p.shows(".recent", "Kick-off confirmed")
	p.goes("More", "Edit match")
	p.fills("textbox", "Stadium", "Monumental")
	if n := ask[int](p, `document.querySelectorAll("dialog input, dialog .red").length`); n != 2 {
		t.Errorf("%d things can be changed of a match that has begun", n)
	}
	p.goes("Save")
	p.waits(`!document.querySelector("dialog")`)
	if m := s.described(id); m.Stadium != "Monumental" || m.Competition != "World Cup" {
		t.Errorf("begun: %+v", m)
	}
}

// TestConsoleEditRefused: what cannot be changed now is said on the sheet,
// which stays with what was typed.
func TestConsoleEditRefused(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	id, p := s.newMatch(), newTab(t, s.site())
	p.expects(offline + "|409|412")
	p.operates(id)
	p.goes("More", "Edit match")
	p.fills("textbox", "Stadium", "Lusail")
	p.offline(true)
	p.goes("Save")
	p.shows("dialog .wrong", "Not reachable now. What you typed stays here: try again.")
	p.picture("console-edit-offline", false)
	p.offline(false)
	p.sets("Date", "2026-12-19")
	p.goes("Save")
	p.shows("dialog .wrong", "A kick-off needs a date and a time.")
	p.sets("Date", "2026-12-18")
	s.post(id, `{"kind":"comment","comment":"we wait for the rain to end"}`)
	p.click("button", "Delete the match")
	p.click("button", "Tap again: Delete the match")
	p.shows("dialog .wrong", "Something happened in this match meanwhile.")
	s.post(id, kickOff)
	p.click("checkbox", "Postponed")
	p.goes("Save")
	p.shows("dialog .wrong", "the match has begun: it can be suspended or abandoned")
	if m := s.described(id); m.Stadium != "" {
		t.Errorf("changed in part: %+v", m)
	}
	p.click("checkbox", "Postponed")
	p.goes("Save")
	p.waits(`!document.querySelector("dialog")`)
	if m := s.described(id); m.Stadium != "Lusail" {
		t.Errorf("what was typed was lost: %+v", m)
	}
}

// TestConsoleDeletes: a match that should never have been is gone, from the
// server and from the list.
func TestConsoleDeletes(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	id, p := s.newMatch(), newTab(t, s.site())
	other := s.create("fra", "arg", "2026-12-18")
	p.expects("404")
	p.operates(id)
	p.announces("Argentina", "France")
	p.shows(".queue", "all confirmed")
	p.goes("More", "Edit match", "Delete the match", "Tap again: Delete the match")
	p.find("heading", "Choose a match")
	p.find("button", "2026-12-18 France – Argentina")
	p.shows(".news", "The match was deleted.")
	if text := p.text("main"); ask[int](p, `document.querySelectorAll(".match").length`) != 1 {
		t.Errorf("the list has more than one: %s", text)
	}
	if ids := string(s.ask("GET", "/1/matches", "")); ids != `["`+other+`"]`+"\n" {
		t.Errorf("the server has %s", ids)
	}
}

// TestConsoleEditsEverywhere: one match on two servers. What one did not do
// keeps the sheet open, and is done when it is back.
func TestConsoleEditsEverywhere(t *testing.T) {
	t.Parallel()
	one, two := newServer(t), newServer(t)
	id := one.newMatch()
	two.newMatch()
	proxy, cut := two.overTLS()
	host := proxy.URL[len("https://"):]
	p := newTab(t, one.site())
	p.trusting()
	p.expects("ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_HTTP2|ERR_INCOMPLETE_CHUNKED|404")
	p.viewport(small, false)
	p.signIn()
	p.goes("Servers")
	p.click("DisclosureTriangle", "Add a server")
	p.fills("textbox", "Address", host)
	p.goes("Add")
	p.fills("textbox", "Token for "+host, operatorToken)
	p.goes("Sign in")
	p.waits(`[...document.querySelectorAll(".dot")].filter((d) => d.textContent === "signed in").length === 2`)
	p.open("/operate#" + id)
	p.shows(".queue", host+": Live, all confirmed")
	p.goes("More", "Edit match")
	p.fills("textbox", "Stadium", "Lusail")
	cut(true)
	p.goes("Save")
	p.shows("dialog .wrong", host+": Not reachable now.")
	if m := one.described(id); m.Stadium != "Lusail" {
		t.Errorf("the one that is there: %+v", m)
	}
	cut(false)
	p.goes("Save")
	p.waits(`!document.querySelector("dialog")`)
	if m := two.described(id); m.Stadium != "Lusail" {
		t.Errorf("the one that was away: %+v", m)
	}
	p.goes("More", "Edit match", "Delete the match", "Tap again: Delete the match")
	p.find("heading", "Choose a match")
	for _, s := range []*server{one, two} {
		if ids := string(s.ask("GET", "/1/matches", "")); ids != "[]\n" {
			t.Errorf("a server has %s", ids)
		}
	}
}

// TestConsoleMoreFits: all of it stands on a phone's screen, in every language,
// where most can happen; what ends the half takes a second tap.
func TestConsoleMoreFits(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.team("wol", "Wolverhampton Wanderers")
	s.team("atm", "Club Atlético Estudiantes de Caseros")
	id := s.create("wol", "atm", "2026-12-18")
	s.post(id, kickOff, `{"kind":"halftime"}`, `{"kind":"continue"}`)
	p := newTab(t, s.site())
	p.operates(id)
	for _, in := range [][2]string{{"es", "Más"}, {"en", "More"}} {
		lang, more := in[0], in[1]
		p.open("/operate?lang=" + lang + "#" + id)
		p.viewport(screen{"iphone", 375, 667, true}, false)
		p.goes(more)
		p.waits(`document.querySelector("dialog")`)
		if over := ask[int](p, `(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)(document.querySelector("dialog"))`); over > 0 {
			t.Errorf("%s: %d pixels too high", lang, over)
		}
		if cut := ask[string](p, `[...document.querySelectorAll("dialog .main")].filter((b) => b.scrollWidth > b.clientWidth || b.scrollHeight > b.clientHeight).map((b) => b.textContent).join()`); cut != "" {
			t.Errorf("%s: cut off: %s", lang, cut)
		}
		p.big("more " + lang)
		p.everywhere("more-"+lang, p.accessible)
		p.viewport(screen{"iphone", 375, 667, true}, false)
		p.picture("console-more-"+lang, false)
		if named := ask[int](p, `document.querySelector("dialog").innerText.split("Wolverhampton").length - 1`); named != 1 {
			t.Errorf("%s: the name stands there %d times", lang, named)
		}
	}
	p.goes("Extra time")
	p.find("button", "Tap again: Extra time")
	p.shows(".phase", "Second half")
	p.goes("Tap again: Extra time")
	p.shows(".phase", "Extra time")
	p.shows(".queue", "all confirmed")
	s.post(id, `{"kind":"halftime"}`, `{"kind":"continue"}`)
	p.shows(".phase", "second half")
	p.goes("More", "Shoot-out", "Tap again: Shoot-out")
	p.shows(".phase", "Penalties")
}
