package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"matchstream/internal/match"
)

var (
	texts   = rapid.StringN(1, 40, -1)
	players = rapid.Custom(func(t *rapid.T) match.Player {
		return match.Player{Number: rapid.IntRange(0, 999).Draw(t, "number"), Name: texts.Draw(t, "name")}
	})
	lists = rapid.SliceOfNDistinct(players, 1, 11, func(p match.Player) int { return p.Number })
	words = rapid.StringMatching(`[a-z_]{1,10}`)
)

// events draws an event with any details, also such as no rule allows.
var events = rapid.Custom(func(t *rapid.T) match.Event {
	maybe := func(what string) bool { return rapid.Bool().Draw(t, what) }
	player := func(what string) *match.Player {
		if !maybe(what) {
			return nil
		}
		p := players.Draw(t, what)
		return &p
	}
	text := func(g *rapid.Generator[string], what string) string {
		if !maybe(what) {
			return ""
		}
		return g.Draw(t, what)
	}
	list := func(what string) []match.Player {
		if !maybe(what) {
			return nil
		}
		return lists.Draw(t, what)
	}
	e := match.Event{
		ID:        rapid.Int64Range(1, 1<<40).Draw(t, "id"),
		Timestamp: rapid.Int64Range(0, 1<<42).Draw(t, "timestamp"),
		Kind:      match.Kind(rapid.StringMatching(`x-[a-z0-9_-]{1,30}|amend|cancel|goal|var|start`).Draw(t, "kind")),
		Forced:    maybe("forced"),
		Details: match.Details{
			Team: text(words, "team"), Player: player("player"), PlayerIn: player("in"), PlayerOut: player("out"),
			PlayerTeam: text(words, "player_team"), Assist: player("assist"), Card: text(words, "card"), How: text(words, "how"),
			Staff: text(texts, "staff"), Coach: text(texts, "coach"), Reason: text(texts, "reason"), About: text(words, "about"),
			Outcome: text(words, "outcome"), Players: list("players"), Substitutes: list("substitutes"),
			HomePlayers: list("home"), VisitPlayers: list("visit"), Minute: text(words, "minute"), Comment: text(texts, "comment"),
		},
	}
	if maybe("ref") {
		e.Ref = rapid.Int64Range(1, 1000).Draw(t, "ref")
	}
	if maybe("minutes") {
		n := rapid.IntRange(0, 99).Draw(t, "minutes")
		e.Minutes = &n
	}
	if maybe("extra") {
		b, err := json.Marshal(texts.Draw(t, "value"))
		if err != nil {
			t.Fatal(err)
		}
		e.Extra = map[string]json.RawMessage{"zz_" + words.Draw(t, "key"): b}
	}
	return e
})

// oneLine is what the line protocol makes of a name.
func oneLine(name string) string { return string(appendName(nil, name)) }

// TestTCPBack: what was written is read back, detail by detail, and a frame
// says nothing that the event does not.
func TestTCPBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := events.Draw(t, "event")
		r := NewTCPReader(bytes.NewReader(AppendEvent(TCPIDs, nil, e, epoch)))
		f, err := r.Read()
		if err != nil {
			t.Fatal(err)
		}
		if want := time.UnixMilli(e.Timestamp).UTC().Truncate(time.Second); !f.Time.Equal(want) || f.Kind != string(e.Kind) {
			t.Fatalf("got %v %s, want %v %s", f.Time, f.Kind, want, e.Kind)
		}
		found := 0
		value := func(key string, there bool) (TCPDetail, bool) {
			d, ok := f.Detail(key)
			if ok != there {
				t.Fatalf("%s: there is %v, want %v", key, ok, there)
			}
			if ok {
				found++
			}
			return d, ok
		}
		for key, want := range map[string]*match.Player{"player": e.Player, "player_in": e.PlayerIn, "player_out": e.PlayerOut, "assist": e.Assist} {
			if d, ok := value(key, want != nil); ok {
				if got, ok := TCPPlayer(d.Value); !ok || got.Number != want.Number || got.Name != oneLine(want.Name) {
					t.Fatalf("%s: got %v, want %v", key, got, want)
				}
			}
		}
		for key, want := range map[string][]match.Player{"players": e.Players, "substitutes": e.Substitutes, "home_players": e.HomePlayers, "visit_players": e.VisitPlayers} {
			if d, ok := value(key, want != nil); ok {
				if len(d.Players) != len(want) {
					t.Fatalf("%s: got %v, want %v", key, d.Players, want)
				}
				for i, p := range d.Players {
					if p.Number != want[i].Number || p.Name != oneLine(want[i].Name) {
						t.Fatalf("%s: got %v, want %v", key, d.Players, want)
					}
				}
			}
		}
		texts := map[string]string{"team": e.Team, "player_team": e.PlayerTeam, "staff": e.Staff, "coach": e.Coach, "reason": e.Reason, "comment": e.Comment}
		for key, raw := range e.Extra {
			var s string
			if err := json.Unmarshal(raw, &s); err != nil {
				t.Fatal(err)
			}
			texts[key] = s
		}
		for key, want := range texts {
			if d, ok := value(key, want != ""); ok {
				if got, ok := TCPText(d.Value); !ok || got != want {
					t.Fatalf("%s: got %q, want %q", key, got, want)
				}
			}
		}
		for key, want := range map[string]string{"card": e.Card, "how": e.How, "about": e.About, "outcome": e.Outcome} {
			if d, ok := value(key, want != ""); ok && d.Value != want {
				t.Fatalf("%s: got %q, want %q", key, d.Value, want)
			}
		}
		value("ref", e.Ref != 0)
		value("minutes", e.Minutes != nil)
		if d, _ := value("id", true); d.Value != string(appendPosition(nil, match.Position{ID: e.ID, Epoch: epoch})) {
			t.Fatalf("id: got %q", d.Value)
		}
		if f.Details[len(f.Details)-1].Key != "id" || found != len(f.Details) {
			t.Fatalf("%d details, %d known: %v", len(f.Details), found, f.Details)
		}
		if _, err := r.Read(); !errors.Is(err, io.EOF) {
			t.Fatalf("behind the frame: %v", err)
		}
	})
}

// TestSSEBack: the object that a client reads is the event's.
func TestSSEBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := events.Draw(t, "event")
		r := NewSSEReader(bytes.NewReader(AppendEvent(SSE, nil, e, epoch)))
		got, err := r.Read()
		if err != nil {
			t.Fatal(err)
		}
		at := string(appendPosition(nil, match.Position{ID: e.ID, Epoch: epoch}))
		if got.ID != at || got.Event != string(e.Kind) {
			t.Fatalf("got %q", got)
		}
		var back Event
		if err := json.Unmarshal([]byte(got.Data), &back); err != nil {
			t.Fatal(err)
		}
		if back.ID != e.ID || back.Position != at || back.Timestamp != e.Timestamp || back.Kind != e.Kind {
			t.Fatalf("got %+v", back)
		}
		want := newData(e, false)
		if back.Data == nil {
			back.Data = &Data{}
		}
		for key, raw := range want.Extra { // written anew, so compared as text
			var a, b string
			if json.Unmarshal(raw, &a) != nil || json.Unmarshal(back.Data.Extra[key], &b) != nil || a != b {
				t.Fatalf("%s: got %s, want %s", key, back.Data.Extra[key], raw)
			}
		}
		back.Data.Extra, want.Extra = nil, nil
		if !reflect.DeepEqual(*back.Data, want) {
			t.Fatalf("got %+v, want %+v", *back.Data, want)
		}
		if _, err := r.Read(); !errors.Is(err, io.EOF) {
			t.Fatalf("behind the event: %v", err)
		}
	})
}

// TestTCPStatusBack reads every status back.
func TestTCPStatusBack(t *testing.T) {
	for _, c := range standings() {
		f, err := NewTCPReader(bytes.NewReader(AppendStatus(TCP, nil, c.view, c.resumed))).Read()
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		want := []string{"home", "home_players", "home_score", "visit", "visit_players", "visit_score", "period"}
		if c.view.State.Shootout {
			want = []string{"home", "home_players", "home_score", "visit", "visit_players", "visit_score", "home_penalties", "visit_penalties", "period"}
		}
		var got []string
		for _, d := range f.Details {
			got = append(got, d.Key)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", c.name, got, want)
		}
		for i, key := range []string{"home_players", "visit_players"} {
			if d, _ := f.Detail(key); len(d.Players) != len(c.view.State.Sides[i].Lineup) || d.Players == nil {
				t.Errorf("%s: %s: got %v", c.name, key, d.Players)
			}
		}
	}
}

func TestTCPReaderErrors(t *testing.T) {
	const head = "2026-11-22 18:22:04: goal:\n"
	for _, c := range []struct {
		in, want string
	}{
		{"", "EOF"},
		{"2026", "unexpected EOF"},
		{head, "unexpected EOF"},
		{head + "\tteam: <<\"tig\">>\n", "unexpected EOF"},
		{head + "\r", "unexpected EOF"},
		{"\r\n", "expected the header"},
		{"hello\n\r\n", "expected the header"},
		{"2026-11-22 18:22:04: goal\n\r\n", "expected the header"},
		{"2026-13-22 18:22:04: goal:\n\r\n", "expected the header"},
		{"2026-11-22 18:22:04: :\n\r\n", "expected the header"},
		{head + "\n", "expected a detail"},
		{head + "team: x\n\r\n", "expected a detail"},
		{head + "\tteam\n\r\n", "expected a detail"},
		{head + "\tteam:x\n\r\n", "expected a detail"},
		{head + "\t\t Luna (7) \n\r\n", "expected a detail"},
		{head + "\tteam: x\n\t\t Luna (7) \n\r\n", "expected a detail"},
		{head + "\tplayers:\n\t\t Luna\n\r\n", "expected a detail"},
	} {
		_, err := NewTCPReader(strings.NewReader(c.in)).Read()
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q", c.in, err, c.want)
		}
	}
}

func FuzzTCPReader(f *testing.F) {
	for _, c := range every() {
		f.Add(AppendEvent(TCPIDs, nil, c.event, epoch))
	}
	f.Add(AppendTCPError(nil, "no"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := NewTCPReader(bytes.NewReader(b))
		for range len(b) + 1 {
			frame, err := r.Read()
			if err != nil {
				return
			}
			if (frame.Kind == "") == (frame.Error == "") && frame.Kind != "" {
				t.Fatalf("an error and a frame at once: %+v", frame)
			}
		}
		t.Fatal("more frames than bytes")
	})
}

func FuzzSSEReader(f *testing.F) {
	for _, c := range every() {
		f.Add(AppendEvent(SSE, nil, c.event, epoch))
	}
	f.Add([]byte("data\n\n:\nid: \x00\n\nretry: 5\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := NewSSEReader(bytes.NewReader(b))
		for range len(b) + 1 {
			e, err := r.Read()
			if err != nil {
				return
			}
			if strings.Contains(e.ID, "\x00") || e.Event == "" {
				t.Fatalf("got %q", e)
			}
		}
		t.Fatal("more events than bytes")
	})
}
