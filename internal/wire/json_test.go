package wire

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"matchstream/internal/match"
)

// TestEventJSON holds the examples of the API's description, typed by hand.
func TestEventJSON(t *testing.T) {
	start := match.Details{
		HomePlayers:  []match.Player{{Number: 25, Name: "Albil"}, {Number: 14, Name: "Mercado"}},
		VisitPlayers: []match.Player{{Number: 12, Name: "García <&>"}},
	}
	for _, c := range []struct {
		name  string
		event match.Event
		want  string
	}{
		{
			"goal", match.Event{ID: 17, Timestamp: 1790000000000, Kind: match.Goal, By: "bench", Details: match.Details{Player: p(7, "Luna"), Team: "tig", Minute: "5"}},
			`{"id":17,"position":"17-k3f9a2","timestamp":1790000000000,"kind":"goal","data":{"player":{"7":"Luna"},"team":"tig","minute":"5"}}`,
		},
		{
			"card", match.Event{ID: 18, Timestamp: 1, Kind: match.Card, Details: match.Details{Player: p(25, "Albil"), Card: "red", Team: "elp", Minute: "18"}},
			`{"id":18,"position":"18-k3f9a2","timestamp":1,"kind":"card","data":{"player":{"25":"Albil"},"card":"red","team":"elp","minute":"18"}}`,
		},
		{
			"start", match.Event{ID: 1, Timestamp: 1, Kind: match.Start, Details: start},
			`{"id":1,"position":"1-k3f9a2","timestamp":1,"kind":"start","data":{"home_players":{"25":"Albil","14":"Mercado"},"visit_players":{"12":"García <&>"},` +
				`"home_lineup":[{"number":25,"name":"Albil"},{"number":14,"name":"Mercado"}],"visit_lineup":[{"number":12,"name":"García <&>"}]}}`,
		},
		{
			"lineup", match.Event{ID: 1, Timestamp: 1, Kind: match.Lineup, Details: match.Details{Team: "elp", Players: start.HomePlayers, Substitutes: start.VisitPlayers, Coach: "Russo"}},
			`{"id":1,"position":"1-k3f9a2","timestamp":1,"kind":"lineup","data":{"team":"elp","players":[{"number":25,"name":"Albil"},{"number":14,"name":"Mercado"}],"substitutes":[{"number":12,"name":"García <&>"}],"coach":"Russo"}}`,
		},
		{
			"nothing to tell", match.Event{ID: 30, Timestamp: 1, Kind: match.Stop, By: "bench"},
			`{"id":30,"position":"30-k3f9a2","timestamp":1,"kind":"stop"}`,
		},
		{
			"removed", match.Event{ID: 5, Timestamp: 1, Kind: match.Amend, Details: match.Details{Ref: 3, How: "header", Comment: "c", Removed: []string{"assist", "minute", "zone"}, Extra: map[string]json.RawMessage{"area": []byte(" [ 1 ] ")}}},
			`{"id":5,"position":"5-k3f9a2","timestamp":1,"kind":"amend","data":{"assist":null,"how":"header","ref":3,"area":[1],"zone":null,"minute":null,"comment":"c"}}`,
		},
		{
			"x- with the names of fields", match.Event{ID: 5, Timestamp: 1, Kind: "x-a", By: "bench", Details: match.Details{Minute: "5", Extra: map[string]json.RawMessage{
				"by": []byte(`"me"`), "team": []byte(`1`), "minute": []byte(`"99"`), "a": []byte(`"<\u003c>"`), "b": []byte(`{bad`), "c": []byte("\"\xff\""), "null": []byte(`null`),
			}}},
			`{"id":5,"position":"5-k3f9a2","timestamp":1,"kind":"x-a","data":{"a":"<\u003c>","b":"{bad","by":"me","c":"` + "\ufffd" + `","null":null,"team":1,"minute":"5"}}`,
		},
	} {
		if got := string(EventJSON(c.event, epoch)); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestBy: the token's name is for operators only, and cannot be made up.
func TestBy(t *testing.T) {
	e := match.Event{ID: 1, Kind: "x-a", By: "bench", Details: match.Details{Extra: map[string]json.RawMessage{"by": []byte(`"me"`)}}}
	if got, want := string(encode(NewEvent(e, epoch, true).Data)), `{"by":"bench"}`; got != want {
		t.Errorf("for operators: got %s, want %s", got, want)
	}
	if got, want := string(encode(NewEvent(e, epoch, false).Data)), `{"by":"me"}`; got != want {
		t.Errorf("for all: got %s, want %s", got, want)
	}
}

// TestMatchKeys: the keys are in the order of the description, the first nine
// are those of 2011, what is not known is left out, and nothing is null.
func TestMatchKeys(t *testing.T) {
	const all = `home home-players home-score visit visit-players visit-score period start_time id position home-name visit-name ` +
		`home-lineup visit-lineup home-bench visit-bench home-cards visit-cards home-penalties visit-penalties ` +
		`stadium competition kickoff status period-start speed statistics next`
	for _, c := range []struct {
		view match.View
		want string
	}{
		{standings()[5].view, all},
		{view(0, match.NotStarted, nil), strings.NewReplacer(" stadium competition kickoff", "", " period-start", "").Replace(all)},
	} {
		b := encode(NewMatch(c.view))
		if got := strings.Join(topKeys(t, b), " "); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
		if strings.Contains(string(b), "null") {
			t.Errorf("null in %s", b)
		}
	}
}

// topKeys are an object's keys in their order.
func topKeys(t *testing.T, b []byte) []string {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(string(b)))
	if _, err := dec.Token(); err != nil {
		t.Fatal(err)
	}
	var out []string
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, key.(string))
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestCounts: each counted kind under its own name, in the order of match.
func TestCounts(t *testing.T) {
	var side match.Side
	for i := range side.Counts {
		side.Counts[i] = i + 1
	}
	b := encode(newCounts(side))
	for i, key := range topKeys(t, b) {
		if key != string(match.Counted[i]) {
			t.Errorf("key %d: got %s, want %s", i, key, match.Counted[i])
		}
	}
	var counts map[match.Kind]int
	if err := json.Unmarshal(b, &counts); err != nil {
		t.Fatal(err)
	}
	for i, k := range match.Counted {
		if counts[k] != i+1 {
			t.Errorf("%s: got %d, want %d", k, counts[k], i+1)
		}
	}
}

func TestPlayersJSON(t *testing.T) {
	for _, c := range []struct {
		players Players
		want    string
	}{
		{nil, `{}`},
		{Players{}, `{}`},
		{Players{{Number: 25, Name: "Albil"}, {Number: 0, Name: `"`}, {Number: 7, Name: "<ñ>"}}, `{"25":"Albil","0":"\"","7":"<ñ>"}`},
	} {
		b := encode(c.players)
		if string(b) != c.want {
			t.Errorf("got %s, want %s", b, c.want)
		}
		var back Players
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		if len(back) != len(c.players) || len(back) > 0 && !reflect.DeepEqual(back, c.players) {
			t.Errorf("got %v back from %s, want %v", back, b, c.players)
		}
	}
}

func TestPlayersJSONErrors(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`[]`, "expected an object"},
		{`"a"`, "expected an object"},
		{`{"a":"b"}`, "expected a number as key"},
		{`{"7":8}`, "expected a name for number 7"},
	} {
		var players Players
		err := json.Unmarshal([]byte(c.in), &players)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error with %q", c.in, err, c.want)
		}
	}
	var players Players
	if err := json.Unmarshal([]byte(`null`), &players); err != nil || players != nil {
		t.Errorf("null: got %v, %v", players, err)
	}
}

// TestEventBack: what clients decode into these types encodes the same again.
func TestEventBack(t *testing.T) {
	for _, c := range every() {
		want := EventJSON(c.event, epoch)
		var e Event
		if err := json.Unmarshal(want, &e); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if c.name == "x- with all" { // null is the one thing that cannot tell a removal from a value
			continue
		}
		if got, want := string(encode(e)), mended(want); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", c.name, got, want)
		}
	}
	for _, c := range standings() {
		want := encode(NewStatus(c.view, c.resumed))
		var s Status
		if err := json.Unmarshal(want, &s); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got, want := string(encode(s)), mended(want); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", c.name, got, want)
		}
	}
}

// mended: what was no UTF-8 is written as an escape, but once it is U+FFFD
// it is as good as any character.
func mended(b []byte) string { return strings.ReplaceAll(string(b), `\ufffd`, "\ufffd") }
