package match

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"matchstream/matches"
)

// timelines calls test for each timeline that is shipped.
func timelines(t *testing.T, test func(t *testing.T, text []byte, timeline Timeline)) {
	n := 0
	err := fs.WalkDir(matches.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		n++
		text, err := matches.FS.ReadFile(path)
		if err != nil {
			return err
		}
		t.Run(path, func(t *testing.T) {
			timeline, err := ReadTimeline(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if path[strings.LastIndex(path, "/")+1:] != timeline.ID()+".ndjson" {
				t.Errorf("the file's match is %s", timeline.ID())
			}
			test(t, text, timeline)
		})
		return nil
	})
	if err != nil || n != 129 {
		t.Fatalf("%d timelines, %v", n, err)
	}
}

// play sends a timeline through Check, at the given speed.
func playTimeline(t *testing.T, tl Timeline, speed float64) State {
	t.Helper()
	s := New(tl.Home.ID, tl.Visit.ID, speed)
	for i, l := range tl.Lines {
		r, err := ParseRequest(l.Body)
		if err != nil {
			t.Fatalf("event %d: %v", i+1, err)
		}
		if !reflect.DeepEqual(r, l.Request) {
			t.Fatalf("event %d: body and request differ", i+1)
		}
		e, next, err := Check(s, r, kickoff+int64(float64(l.At)/speed), "test")
		if err != nil {
			t.Fatalf("event %d %s: %v", i+1, l.Body, err)
		}
		if e.Forced {
			t.Errorf("event %d was forced", i+1)
		}
		if s, err = Apply(s, e); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(s, next) {
			t.Fatalf("event %d: Check and Apply differ", i+1)
		}
	}
	return s
}

func TestTimelinesEndAsRecorded(t *testing.T) {
	timelines(t, func(t *testing.T, text []byte, tl Timeline) {
		s := playTimeline(t, tl, 1)
		if got := s.Result(); s.Period != Ended || tl.Result == nil || got != *tl.Result {
			t.Errorf("ended %v in period %s, the record says %v", got, s.Period, tl.Result)
		}
		var b bytes.Buffer
		if err := WriteTimeline(&b, tl); err != nil {
			t.Fatal(err)
		}
		if b.String() != string(text) {
			t.Errorf("written again: %s\nwas: %s", b.Bytes(), text)
		}
	})
}

const smallHeader = `{"match":{"home":{"id":"elp","name":"Estudiantes"},"visit":{"id":"tig","name":"Tigre"},"date":"2011-09-10"}}` + "\n"

func TestReadTimeline(t *testing.T) {
	tl, err := ReadTimeline(strings.NewReader("\n" + smallHeader + "\r\n" + `{ "kind": "comment" , "comment":"<ñ>", "at": -5 }` + "\r\n" +
		`{"at":0,"kind":"start"}` + "\n" + `{"kind":"x-a","at":0,"b":[1 ,2]}`))
	if err != nil {
		t.Fatal(err)
	}
	if tl.ID() != "elp-tig-2011-09-10" || tl.Home.Name != "Estudiantes" || tl.Result != nil || len(tl.Lines) != 3 {
		t.Errorf("%+v", tl)
	}
	if l := tl.Lines[0]; l.At != -5 || string(l.Body) != `{"kind":"comment","comment":"<ñ>"}` || l.Request.Comment != "<ñ>" {
		t.Errorf("first line: %+v, %s", l, l.Body)
	}
	if got := string(tl.Lines[2].Body); got != `{"kind":"x-a","b":[1,2]}` {
		t.Errorf("third line: %s", got)
	}
}

func TestReadTimelineRefuses(t *testing.T) {
	start := `{"at":0,"kind":"start"}` + "\n"
	header := func(match, rest string) string { return `{"match":{` + match + `}` + rest + `}` }
	teams := `"home":{"id":"elp","name":"E"},"visit":{"id":"tig","name":"T"}`
	whole := teams + `,"date":"2011-09-10"`
	cases := []struct{ text, want string }{
		{"", "line 1: expected the header"},
		{"\n \n", "line 1: expected the header"},
		{"x", "line 1: expected a JSON object"},
		{start, "line 1: match: missing: expected the header"},
		{header(whole, `,"x":1`), "line 1: x: expected match and result only"},
		{header(whole+`,"kickoff":"x"`, ""), "line 1: match.kickoff: expected home, visit, date, stadium and competition only"},
		{header(teams, ""), "line 1: match.date: expected a day"},
		{header(teams+`,"date":20110910`, ""), "line 1: match.date: expected a text"},
		{header(`"date":"2011-09-10"`, ""), "line 1: match: expected home and visit"},
		{header(`"home":7`, ""), "line 1: match.home: expected a JSON object"},
		{header(`"home":{"id":"E","name":"E"}`, ""), "line 1: match.home.id: expected a team's id"},
		{header(`"home":{"id":"elp"}`, ""), "line 1: match.home.name: expected 1 to 200 characters, not 0"},
		{header(`"home":{"id":"elp","name":"E","shirt":1}`, ""), "line 1: match.home.shirt: expected id and name only"},
		{header(`"home":{"id":"elp","name":"E"},"visit":{"id":"elp","name":"T"},"date":"2011-09-10"`, ""), "line 1: match.visit: expected another team"},
		{header(whole, `,"result":[]`), "line 1: result: expected a JSON object"},
		{header(whole, `,"result":{"home_score":1}`), "line 1: result.visit_score: missing"},
		{header(whole, `,"result":{"home_score":1,"visit_score":-1}`), "line 1: result.visit_score: expected a number of goals"},
		{header(whole, `,"result":{"home_score":1,"visit_score":1,"home_penalties":3}`), "line 1: result.visit_penalties: missing"},
		{header(whole, `,"result":{"home_score":1,"visit_score":1,"red":3}`), "line 1: result: expected home_score"},
		{smallHeader + smallHeader, "line 2: at: missing"},
		{smallHeader + start + "\n" + `{"kind":"stop"}`, "line 4: at: missing"},
		{smallHeader + `{"at":"0","kind":"stop"}`, "line 2: at: expected milliseconds"},
		{smallHeader + `{"at":0.5,"kind":"stop"}`, "line 2: at: expected milliseconds"},
		{smallHeader + `{"at":0,"at":1,"kind":"stop"}`, "line 2: at: the key is there twice"},
		{smallHeader + start + `{"at":-1,"kind":"stop"}`, "line 3: at: expected 0 or more: times never fall"},
		{smallHeader + start + `{"at":1,"kind":"gaol"}`, "line 3: kind: expected one of"},
		{smallHeader + start + `{"at":1,"kind":"stop"`, "line 3: expected a JSON object"},
		{smallHeader + start + `{"at":1,"kind":"x-a","b":"` + strings.Repeat("b", MaxLine) + `"}`, "line 3: longer than"},
	}
	for _, c := range cases {
		if _, err := ReadTimeline(strings.NewReader(c.text)); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%.200s\n%v, wanted %s", c.text, err, c.want)
		}
	}
	broken := errors.New("broken")
	if _, err := ReadTimeline(io.MultiReader(strings.NewReader(smallHeader), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

// everything is a match with every kind and detail, refs and force.
var everything = []string{
	`-60 ` + announceElp, `-50 ` + announceTig + squad("V") + `,"comment":"\"<&>\" \u2028 ñ"}`, `0 {"kind":"start","minute":"1"}`,
	`1 {"kind":"goal","team":"elp","player":7,"assist":6,"how":"header"}`, `1 {"kind":"goal","team":"elp","player_team":"tig","player":7}`,
	`2 {"kind":"cancel","ref":4,"reason":"offside"}`, `3 {"kind":"amend","ref":5,"player":8,"minute":null,"comment":"he was it"}`,
	`4 {"kind":"var","about":"goal","outcome":"stands","ref":5}`, `5 {"kind":"card","team":"tig","staff":"Cook","card":"yellow"}`,
	`6 {"kind":"card","team":"tig","player":9,"card":"red","reason":"second_yellow"}`, `7 {"kind":"goal","team":"tig","player":9,"force":true}`,
	`8 {"kind":"x-weather","sky":["grey",{"rain": true}],"wind":3,"by":"<me>","none":null,"comment":"cold"}`, `8 {"kind":"amend","ref":12,"wind":null,"sun":{"a":1}}`,
	`9 {"kind":"substitution","team":"elp","player_out":7,"player_in":21}`, `10 {"kind":"addedtime","minutes":0}`,
	`10 {"kind":"shot","team":"elp"}`, `11 {"kind":"suspend","reason":"fog"}`, `21 resume`, `55 halftime_start`, `70 halftime_stop`,
	`117 extratime`, `135 halftime`, `136 continue`, `152 penalties`, `153 {"kind":"miss","team":"elp","player":6}`,
	`154 {"kind":"goal","team":"tig","player":7}`, `155 stop`, `156 {"kind":"card","team":"elp","player":1,"card":"yellow"}`,
}

// An export, played again, makes the same match.
func TestExport(t *testing.T) {
	for _, speed := range []float64{0, 1, 60} {
		s := at(t, speed, everything...)
		v := View{Info: Info{Date: "2011-09-10", Stadium: "Único"}, Teams: [2]Team{{ID: "elp", Name: "E"}, {ID: "tig", Name: "T"}}, State: s}
		events := make([]Event, len(s.Log))
		for i, entry := range s.Log {
			events[i] = entry.Event.Event()
		}
		var b bytes.Buffer
		if err := WriteTimeline(&b, NewTimeline(v, events)); err != nil {
			t.Fatal(err)
		}
		tl, err := ReadTimeline(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatalf("%v\n%s", err, b.Bytes())
		}
		if tl.Result == nil || *tl.Result != s.Result() || tl.Stadium != "Único" || len(tl.Lines) != len(events) {
			t.Errorf("result %v, %d lines", tl.Result, len(tl.Lines))
		}
		again := New("elp", "tig", speed)
		for i, l := range tl.Lines {
			times := max(speed, 1)
			if want := int64(float64(events[i].Timestamp-kickoff) * times); l.At != want {
				t.Errorf("event %d at %d, wanted %d", i+1, l.At, want)
			}
			e, next, err := Check(again, l.Request, kickoff+int64(float64(l.At)/times), "bench")
			if err != nil {
				t.Fatalf("event %d %s: %v", i+1, l.Body, err)
			}
			if !reflect.DeepEqual(e, events[i]) {
				t.Errorf("event %d was %+v\nis %+v", i+1, events[i], e)
			}
			again = next
		}
		if !reflect.DeepEqual(again.Log, s.Log) || !reflect.DeepEqual(again.Sides, s.Sides) {
			t.Error("another match")
		}
	}
}

func TestExportBeforeTheEnd(t *testing.T) {
	v := View{State: after(t, `-60 `+announceElp, `-59 {"kind":"comment","comment":"rain"}`)}
	tl := NewTimeline(v, []Event{v.State.Log[1].Event.Event()})
	if tl.Result != nil || tl.Lines[0].At != 60_000 {
		t.Errorf("result %v, comment at %d", tl.Result, tl.Lines[0].At)
	}
	if tl = NewTimeline(View{State: New("elp", "tig", 1)}, nil); tl.Lines != nil {
		t.Errorf("lines out of nothing: %v", tl.Lines)
	}
}
