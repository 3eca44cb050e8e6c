package match

import (
	"bytes"
	"io/fs"
	"reflect"
	"strings"
	"testing"

	"matchstream/matches"
)

func FuzzParseRequest(f *testing.F) {
	for _, body := range bodies {
		f.Add([]byte(body))
	}
	for _, body := range append(everything, begin, `{"kind":"x-a","b":{"c":[1,"\ud83d\ude00"]}}`, `{"kind":"goal","kind":1,"player":{}}`, "[]", `{"kind":"amend","ref":1,"a":null}`) {
		_, json, _ := strings.Cut(body, " ")
		f.Add([]byte(json))
		f.Add([]byte(body))
	}
	s, err := Fold("elp", "tig", 1, []Event{
		{ID: 1, Timestamp: kickoff, Kind: Start, Details: Details{
			HomePlayers:  []Player{{1, "A"}, {2, "B"}, {3, "C"}, {4, "D"}, {5, "E"}, {6, "F"}, {7, "G"}},
			VisitPlayers: []Player{{1, "A"}, {2, "B"}, {3, "C"}, {4, "D"}, {5, "E"}, {6, "F"}, {7, "G"}}}},
		{ID: 2, Timestamp: kickoff, Kind: Goal, Details: Details{Team: "elp", Player: &Player{7, "G"}}},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := ParseRequest(body)
		if err != nil {
			if e := err.(*Error); e.Message == "" || e.Reason == Refused {
				t.Fatalf("a poor error: %#v", e)
			}
			return
		}
		for _, s := range []State{s, New("elp", "tig", 1)} {
			e, next, err := Check(s, r, kickoff+60_000, "bench")
			if err != nil {
				continue
			}
			applied, err := Apply(s, e)
			if err != nil || !reflect.DeepEqual(applied, next) {
				t.Fatalf("Apply after Check: %v", err)
			}
			// What is stored can be sent again, and means the same.
			again, err := ParseRequest(e.Body())
			if err != nil {
				t.Fatalf("%s: %v", e.Body(), err)
			}
			second, _, err := Check(s, again, kickoff+60_000, "bench")
			if err != nil || !reflect.DeepEqual(second, e) && e.Kind != Amend {
				t.Fatalf("%s\n%+v\n%+v: %v", e.Body(), e, second, err)
			}
		}
	})
}

func FuzzReadTimeline(f *testing.F) {
	seed, err := fs.ReadFile(matches.FS, matches.Seed)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(bytes.Join(bytes.SplitAfter(seed, []byte("\n"))[:4], nil))
	f.Add([]byte(smallHeader + `{"at":-1,"kind":"x-a","b":[1]}` + "\n\n" + `{"kind":"comment","comment":"\u2028<","at":7}`))
	f.Add([]byte(strings.TrimSuffix(smallHeader, "}\n") + `,"result":{"home_score":1,"visit_score":1,"home_penalties":4,"visit_penalties":2}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		tl, err := ReadTimeline(bytes.NewReader(text))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "line ") {
				t.Fatalf("no line in %q", err)
			}
			return
		}
		var b bytes.Buffer
		if err := WriteTimeline(&b, tl); err != nil {
			t.Fatal(err)
		}
		again, err := ReadTimeline(&b)
		if err != nil || !reflect.DeepEqual(again, tl) {
			t.Fatalf("%+v\n%+v: %v", again, tl, err)
		}
	})
}

func FuzzParsePosition(f *testing.F) {
	for _, s := range []string{"0", "17", "17-k3f9a2", "9007199254740991-abcdefghijkl", "01", "-", "1-", "9007199254740992"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := ParsePosition(s); err == nil && p.String() != s {
			t.Fatalf("%q is %v, written %q", s, p, p)
		}
	})
}

func FuzzParseID(f *testing.F) {
	for _, s := range []string{"elp-tig-2011-09-10", "a-a-2011-09-10", "a-b-2024-02-29", "--", "a-b-2023-02-29"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		home, visit, date, err := ParseID(s)
		if err != nil {
			return
		}
		if MakeID(home, visit, date) != s {
			t.Fatalf("%q is %q, %q, %q", s, home, visit, date)
		}
		if err := (Info{ID: s, Home: home, Visit: visit, Date: date}).Validate(); err != nil {
			t.Fatal(err)
		}
	})
}
