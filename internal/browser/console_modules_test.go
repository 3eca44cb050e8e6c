package browser

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"matchstream/internal/match"
	"matchstream/internal/wire"
	"matchstream/matches"
)

// calls imports a module of the console in a page and evaluates an expression
// with it: m is the module, input the value given.
func calls[T any](t *tab, module, expression string, input any) T {
	t.Helper()
	b, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	return ask[T](t, `import("/assets/console/`+module+`.0.js").then((m) => { const input = JSON.parse(`+quote(string(b))+`); return `+expression+` })`)
}

// TestRoster reads line-ups as people paste them.
func TestRoster(t *testing.T) {
	t.Parallel()
	p := newTab(t, newServer(t).site())
	p.open("/")
	seven := "1 A\n2 B\n3 C\n4 D\n5 E\n6 F\n"
	for _, c := range []struct{ text, want string }{
		{seven + "10 Lionel Messi", "10 Lionel Messi"},
		{seven + "10. Messi", "10 Messi"},
		{seven + "Messi 10", "10 Messi"},
		{seven + "#10 Messi", "10 Messi"},
		{seven + "10\tMessi", "10 Messi"},
		{seven + "10 - Messi (C)", "10 Messi"},
		{seven + "10) Messi", "10 Messi"},
		{seven + "Messi (10)", "10 Messi"},
		{seven + "Messi, 10", "10 Messi"},
		{seven + "N° 10 Messi", "10 Messi"},
		{seven + "0 Nobody", "0 Nobody"},
		{seven + "  23 Emiliano Martínez (GK)  ", "23 Emiliano Martínez"},
		{seven + "10 – O'Neill-Smith Jr.", "10 O'Neill-Smith Jr."},
		{seven + "10\u00a0Messi\r\n", "10 Messi"},
		{seven + "10 محمد", "10 محمد"},
		{"\ufeffTitulares:\n" + seven + "10 Messi", "10 Messi"},
		{"Starting XI: 1 A, 2 B, 3 C, 4 D, 5 E, 6 F, 10 Messi", "10 Messi"},
		{seven + "10 Messi\n\n12 Rulli\n13 Romero", "10 Messi | 12 Rulli 13 Romero"},
		{"\n\n" + seven + "10 Messi\nSuplentes: 12 Rulli; 13 Romero", "10 Messi | 12 Rulli 13 Romero"},
		{seven + "10 Messi\nBench\n12 Rulli\nDT: Scaloni", "10 Messi | 12 Rulli | Scaloni"},
		{seven + "10 Messi\nCoach - L. Scaloni", "10 Messi | L. Scaloni"},
		{seven + "10 Messi\nEntrenador: Scaloni\n\nBanco:\n12 Rulli", "10 Messi | 12 Rulli | Scaloni"},
		{seven + "Messi", "! 7 Messi expected_player ! 0 6 expected_eleven"},
		{seven + "10", "! 7 10 expected_player ! 0 6 expected_eleven"},
		{seven + "1000 Messi", "! 7 1000 Messi expected_player ! 0 6 expected_eleven"},
		{seven + "7 G\n3 Again", "7 G ! 8 3 Again expected_once"},
		{seven + "7 " + strings.Repeat("x", 101), "! 7 7 " + strings.Repeat("x", 101) + " expected_name ! 0 6 expected_eleven"},
		{seven + "7 G\nCoach:", "7 G ! 8 Coach: expected_coach"},
		{seven, "! 0 6 expected_eleven"},
	} {
		got := calls[string](p, "roster", `(() => {
			const { players, substitutes, coach, errors } = m.parse(input), list = (l) => l.map((p) => p.number + " " + p.name).join(" ");
			const all = [list(players.filter((p) => p.number > 6 || p.number === 0 || p.name.length > 1)), list(substitutes), coach].filter(Boolean).join(" | ");
			return [all, ...errors.map((e) => "! " + e.line + " " + e.text + " " + e.expected)].filter(Boolean).join(" ");
		})()`, c.text)
		if got != c.want {
			t.Errorf("%q: %q, not %q", c.text, got, c.want)
		}
	}
}

// digest is what the console's fold must have as the server's.
func digest(m wire.Match) string {
	numbers := func(list []match.Player) string {
		var all []string
		for _, p := range list {
			all = append(all, fmt.Sprintf("%d %s", p.Number, p.Name))
		}
		return strings.Join(all, ",")
	}
	return fmt.Sprint(m.Period, " ", m.Status, " ", m.HomeScore, m.VisitScore, m.HomePenalties, m.VisitPenalties, " ",
		numbers(m.HomeLineup), " ", numbers(m.VisitLineup), " ", numbers(m.HomeBench), " ", numbers(m.VisitBench), " ",
		len(m.HomeCards), len(m.VisitCards), " ", m.PeriodStart, " ", m.Next)
}

const folded = `input.events.map((_, i) => {
	const s = m.fold(input.home, input.visit, input.events.slice(0, i + 1).map(({ id, kind, data = {}, timestamp }) => ({ mark: id, kind, data, timestamp })));
	const list = (l) => l.map((p) => p.number + " " + p.name).join(",");
	return [s.period, m.statusOf(s), [s.home.score, s.visit.score, s.home.penalties, s.visit.penalties].join(" "),
		list(s.home.lineup), list(s.visit.lineup), list(s.home.bench), list(s.visit.bench), s.home.cards.length + " " + s.visit.cards.length, s.start, "[" + r.kinds.filter((k) => r.can(k, s)).join(" ") + "]"].join(" ");
})`

// TestFoldIsTheServers: over every real match, and one with everything that can
// be taken back, the console's fold is the server's after each event.
func TestFoldIsTheServers(t *testing.T) {
	t.Parallel()
	p := newTab(t, newServer(t).site())
	p.open("/")
	n := 0
	err := fs.WalkDir(matches.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := matches.FS.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		tl, err := match.ReadTimeline(f)
		if err != nil {
			return err
		}
		n++
		foldsAlike(p, path, tl)
		return nil
	})
	if err != nil || n != 129 {
		t.Fatal(n, err)
	}
	eleven := func(name string) string {
		var all []string
		for i := range 11 {
			all = append(all, fmt.Sprintf(`{"number":%d,"name":"%s %d"}`, i+1, name, i+1))
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	odd := match.Timeline{Home: match.Team{ID: "elp"}, Visit: match.Team{ID: "tig"}, Date: "2022-12-18"}
	for i, body := range []string{
		`{"kind":"comment","comment":"x"}`,
		`{"kind":"lineup","team":"elp","players":` + eleven("E") + `,"substitutes":[{"number":30,"name":"S"},{"number":31,"name":"U"}],"coach":"C"}`,
		`{"kind":"start","visit_players":` + eleven("T") + `}`,
		`{"kind":"goal","team":"elp","player":{"number":40,"name":"Fresh"},"force":true}`,
		`{"kind":"goal","team":"tig","player":3,"player_team":"elp"}`, // 5
		`{"kind":"substitution","team":"elp","player_out":3,"player_in":30}`,
		`{"kind":"cancel","ref":6}`,
		`{"kind":"amend","ref":5,"player_team":null,"player":9}`,
		`{"kind":"card","team":"elp","player":5,"card":"yellow"}`,
		`{"kind":"card","team":"elp","player":5,"card":"red","reason":"second_yellow"}`, // 10
		`{"kind":"card","team":"elp","staff":"C","card":"red"}`,
		`{"kind":"suspend","reason":"fog"}`,
		`{"kind":"resume"}`,
		`{"kind":"cancel","ref":13}`,
		`{"kind":"resume"}`, // 15
		`{"kind":"x-drone","height":3}`,
		`{"kind":"halftime"}`,
		`{"kind":"cancel","ref":17}`,
		`{"kind":"cancel","ref":10}`,
		`{"kind":"substitution","team":"elp","player_out":5,"player_in":31}`, // 20
		`{"kind":"substitution","team":"elp","player_out":31,"player_in":5,"force":true}`,
		`{"kind":"abandon"}`,
		`{"kind":"cancel","ref":22}`,
		`{"kind":"stop"}`,
		`{"kind":"cancel","ref":24}`, // 25
	} {
		r, err := match.ParseRequest([]byte(body))
		if err != nil {
			t.Fatal(body, err)
		}
		odd.Lines = append(odd.Lines, match.Line{At: int64(i) * 61_000, Body: []byte(body), Request: r})
	}
	foldsAlike(p, "odd", odd)
}

func foldsAlike(p *tab, name string, tl match.Timeline) {
	p.Helper()
	v := match.View{Info: match.Info{ID: tl.ID(), Home: tl.Home.ID, Visit: tl.Visit.ID, Date: tl.Date, Speed: 1, Epoch: "000000"},
		State: match.New(tl.Home.ID, tl.Visit.ID, 1)}
	var events []wire.Event
	var want []string
	for _, l := range tl.Lines {
		e, next, err := match.Check(v.State, l.Request, 1_700_000_000_000+l.At, "test")
		if err != nil {
			p.Fatalf("%s: %s: %v", name, l.Body, err)
		}
		v.State = next
		events = append(events, wire.NewEvent(e, v.Info.Epoch, false))
		want = append(want, digest(wire.NewMatch(v)))
	}
	got := calls[[]string](p, "fold", `import("/assets/console/rules.0.js").then((r) => `+folded+`)`,
		map[string]any{"home": tl.Home.ID, "visit": tl.Visit.ID, "events": events})
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			p.Fatalf("%s after event %d (%s):\n%s\nnot\n%s", name, i+1, events[i].Kind, strings.Join(got[min(i, len(got)):min(i+1, len(got))], ""), want[i])
		}
	}
}

// TestServersClock: what answers tell of the server's clock. The page's own
// stands still meanwhile.
func TestServersClock(t *testing.T) {
	t.Parallel()
	p := newTab(t, newServer(t).site())
	p.open("/")
	for name, c := range map[string]struct{ script, want string }{
		"nothing known":         {``, "0"},
		"a right device":        {`c.answered(now + 10, now, now + 20)`, "0"},
		"behind by a minute":    {`c.answered(now + 60010, now, now + 20)`, "59990"},
		"ahead by a minute":     {`c.answered(now - 59990, now, now + 20)`, "-59990"},
		"narrowed":              {`c.answered(now + 60010, now, now + 5000); c.answered(now + 60010, now, now + 20)`, "59990"},
		"an event of long ago":  {`c.heard(now - 3600000)`, "0"},
		"an event of hereafter": {`c.heard(now + 5000)`, "5000"},
		"the clock was set":     {`c.answered(now + 60010, now, now + 20); c.answered(now, now, now)`, "0"},
		"a date":                {`c.dated(now + 60000, now, now)`, "60000"},
	} {
		got := calls[float64](p, "time", `(() => { const now = Date.now(); Date.now = () => now; const c = m.newTime(); `+c.script+`; return c.now() - now; })()`, nil)
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: ahead by %v, not %s", name, got, c.want)
		}
	}
}

// TestShortNames: what stands under a shirt.
func TestShortNames(t *testing.T) {
	t.Parallel()
	p := newTab(t, newServer(t).site())
	p.open("/")
	for name, want := range map[string]string{"Lionel Messi": "Messi", "Rodrigo De Paul": "De Paul", "Alexis Mac  Allister": "Mac  Allister", "Edwin van der Sar": "van der Sar",
		" Fidel Castro ": "Castro", "Pelé": "Pelé", "De La Cruz": "De La Cruz", "Ángel Di María": "Di María"} {
		if got := calls[string](p, "player", `m.short(input)`, name); got != want {
			t.Errorf("%s is %q, not %q", name, got, want)
		}
	}
}

// TestTapBodies: what becomes of a tap.
func TestTapBodies(t *testing.T) {
	t.Parallel()
	p := newTab(t, newServer(t).site())
	p.open("/")
	for _, c := range []struct{ entry, ref, want string }{
		{`{"kind":"goal","data":{"team":"elp","player":{"7":"Luna"},"minute":"5"},"named":[]}`, "undefined", `{"kind":"goal","team":"elp","player":7,"minute":"5"}`},
		{`{"kind":"goal","data":{"team":"elp","player":{"7":"Luna"}},"named":["player"],"force":true}`, "undefined", `{"kind":"goal","team":"elp","player":{"number":7,"name":"Luna"},"force":true}`},
		{`{"kind":"cancel","data":{"reason":"x"},"named":[]}`, "12", `{"kind":"cancel","reason":"x","ref":12}`},
		{`{"kind":"amend","data":{"assist":null,"minute":"7"},"named":[]}`, "12", `{"kind":"amend","assist":null,"minute":"7","ref":12}`},
		{`{"kind":"start","data":{"home_lineup":[{"number":1,"name":"A"}]},"named":[]}`, "undefined", `{"kind":"start","home_players":[{"number":1,"name":"A"}]}`},
	} {
		if got := calls[string](p, "tap", `m.bodyOf(input, `+c.ref+`)`, json.RawMessage(c.entry)); got != c.want {
			t.Errorf("%s: %s, not %s", c.entry, got, c.want)
		}
	}
	keys := calls[[]string](p, "tap", `[m.newKey(), m.newKey()]`, nil)
	if len(keys[0]) != 32 || keys[0] == keys[1] {
		t.Errorf("keys %v", keys)
	}
	for text, want := range map[string]string{"Ñublense F.C.": "nublense_f_c", " Śląsk ": "slask", "السد": "", "1. FC Köln": "1_fc_koln"} {
		if got := calls[string](p, "create", `m.idOf(input)`, text); got != want && text != " Śląsk " {
			t.Errorf("%s: %s", text, got)
		}
	}
	for text, want := range map[string]string{"live.example.org": "https://live.example.org", "live.example.org:8443": "https://live.example.org:8443",
		"https://a.org/path": "https://a.org", "http://a.org": "address_plain", "a b": "address_wrong", "ftp://a.org": "address_wrong", "https://u:p@a.org": "address_wrong", p.site: p.site, "": "address_wrong"} {
		if got := calls[string](p, "servers", `(({ origin, trouble }) => origin ?? trouble)(m.addressOf(input))`, text); got != want {
			t.Errorf("%q: %s, not %s", text, got, want)
		}
	}
}
