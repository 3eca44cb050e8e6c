package match

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestParseRequest(t *testing.T) {
	three := 3
	luna := Player{7, "Luna"}
	cases := []struct {
		body string
		want Request
	}{
		{`{"kind":"halftime_start"}`, Request{Kind: Halftime}},
		{`{"kind":"halftime_stop","force":false}`, Request{Kind: Continue}},
		{" {\n\"kind\" : \"stop\" ,\t\"force\": true}\r\n", Request{Kind: Stop, Force: true}},
		{`{"team":"tig","player":7,"kind":"goal"}`, Request{Kind: Goal, Details: Details{Team: "tig", Player: &Player{Number: 7}}}},
		{`{"kind":"goal","team":"tig","player": {"name":"Luna","number": 7},"how":"freekick","minute":"45+2","comment":"¡\"Gól\"! \ud83d\ude00\u0000"}`,
			Request{Kind: Goal, Details: Details{Team: "tig", Player: &luna, How: "freekick", Minute: "45+2", Comment: "¡\"Gól\"! 😀\x00"}}},
		{`{"kind":"shot","team":"tig","player":0}`, Request{Kind: Shot, Details: Details{Team: "tig", Player: &Player{}}}},
		{`{"kind":"addedtime","minutes":3}`, Request{Kind: Addedtime, Details: Details{Minutes: &three}}},
		{`{"kind":"start"}`, Request{Kind: Start}},
		{`{"kind":"card","team":"elp","player":7,"card":"red","reason":"second_yellow"}`,
			Request{Kind: Card, Details: Details{Team: "elp", Player: &Player{Number: 7}, Card: "red", Reason: "second_yellow"}}},
		{`{"kind":"abandon","reason":"fog"}`, Request{Kind: Abandon, Details: Details{Reason: "fog"}}},
		{`{"kind":"x-a","b":{"x": [1 , 2]},"a":null,"team":"<>","comment":"c","minute":"1"}`,
			Request{Kind: "x-a", Details: Details{Comment: "c", Minute: "1", Extra: map[string]json.RawMessage{
				"b": json.RawMessage(`{"x":[1,2]}`), "a": json.RawMessage(`null`), "team": json.RawMessage(`"<>"`)}}}},
		{`{"kind":"amend","ref":3,"minute":null,"how":null,"comment":"c","player": {"number":7,"name":"Luna"}}`,
			Request{Kind: Amend, Details: Details{Ref: 3, Comment: "c", Removed: []string{"how", "minute"},
				Extra: map[string]json.RawMessage{"player": json.RawMessage(`{"number":7,"name":"Luna"}`)}}}},
		{`{"kind":"comment","comment":"` + strings.Repeat("ñ", 500) + `"}`, Request{Kind: Comment, Details: Details{Comment: strings.Repeat("ñ", 500)}}},
		{`{"kind":"x-a","a":` + strings.Repeat("[", 32) + `"]\"[{` + strings.Repeat("[", 32) + `"` + strings.Repeat("]", 32) + `}`, Request{Kind: "x-a", Details: Details{Extra: map[string]json.RawMessage{
			"a": json.RawMessage(strings.Repeat("[", 32) + `"]\"[{` + strings.Repeat("[", 32) + `"` + strings.Repeat("]", 32))}}}},
		{`{"kind":"comment","comment":"a \\ud800 is no half"}`, Request{Kind: Comment, Details: Details{Comment: `a \ud800 is no half`}}},
	}
	for _, c := range cases {
		if got, err := ParseRequest([]byte(c.body)); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v", c.body, got, err)
		}
	}
}

func TestParseRequestRefuses(t *testing.T) {
	long := strings.Repeat("n", 101)
	cases := []struct{ body, field, want string }{
		{`{}`, "kind", "missing"},
		{`{"kind":7}`, "kind", "expected a text"},
		{`{"kind":"gaol"}`, "kind", "expected one of lineup, start"},
		{`{"kind":"status"}`, "kind", "expected one of"},
		{`{"kind":"Goal"}`, "kind", "expected one of"},
		{`{"kind":"x-"}`, "kind", "x- and 1 to 30"},
		{`{"kind":"x-A"}`, "kind", "x- and 1 to 30"},
		{`{"kind":"x-` + strings.Repeat("a", 31) + `"}`, "kind", "x- and 1 to 30"},
		{`{"kind":"stop","kind":"stop"}`, "kind", "twice"},
		{`{"kind":"stop","\u006bind":"stop"}`, "kind", "twice"},
		{`{"kind":"stop","Kind":"stop"}`, `"Kind"`, "no such detail"},
		{`{"kind":"stop","at":1}`, "at", "no such detail"},
		{`{"kind":"stop","id":1}`, "id", "no such detail"},
		{`{"kind":"stop","":1}`, `""`, "no such detail"},
		{`{"kind":"stop","` + strings.Repeat("k", 1000) + `":1}`, `"` + strings.Repeat("k", 32) + `…"`, "no such detail"},
		{`{"kind":"stop","team":"elp"}`, "team", "stop takes no such detail, expected [comment], [minute]"},
		{`{"kind":"stop","force":"yes"}`, "force", "true or false"},
		{`{"kind":"stop","minute":18}`, "minute", "expected a text"},
		{`{"kind":"stop","minute":"1234"}`, "minute", "45+2"},
		{`{"kind":"stop","minute":"45+"}`, "minute", "45+2"},
		{`{"kind":"stop","minute":"45\n"}`, "minute", "45+2"},
		{`{"kind":"stop","minute":""}`, "minute", "45+2"},
		{`{"kind":"stop","comment":""}`, "comment", "1 to 500 characters"},
		{`{"kind":"stop","comment":null}`, "comment", "expected a text"},
		{`{"kind":"stop","comment":"` + strings.Repeat("ñ", 501) + `"}`, "comment", "1 to 500 characters, not 501"},
		{`{"kind":"stop","comment":"\ud800"}`, "", "pairs"},
		{`{"kind":"stop","comment":"\udc00\ud800"}`, "", "pairs"},
		{`{"kind":"stop","comment":"\ud800\ud800\udc00"}`, "", "pairs"},
		{`{"kind":"comment"}`, "comment", "missing: comment needs comment, [minute]"},
		{`{"kind":"goal","team":"elp"}`, "player", "missing: goal needs team, player, [player_team], [assist], [how]"},
		{`{"kind":"goal","player":7}`, "team", "missing"},
		{`{"kind":"goal","team":"ELP","player":7}`, "team", "1 to 32 of a-z"},
		{`{"kind":"goal","team":"elp","player":"7"}`, "player", "or just 7"},
		{`{"kind":"goal","team":"elp","player":7.5}`, "player", "or just 7"},
		{`{"kind":"goal","team":"elp","player":7.0}`, "player", "or just 7"},
		{`{"kind":"goal","team":"elp","player":1e2}`, "player", "or just 7"},
		{`{"kind":"goal","team":"elp","player":1000}`, "player", "0 to 999"},
		{`{"kind":"goal","team":"elp","player":-1}`, "player", "0 to 999"},
		{`{"kind":"goal","team":"elp","player":null}`, "player", "or just 7"},
		{`{"kind":"goal","team":"elp","player":[7]}`, "player", "or just 7"},
		{`{"kind":"goal","team":"elp","player":{"number":7}}`, "player.name", "missing"},
		{`{"kind":"goal","team":"elp","player":{"name":"Luna"}}`, "player.number", "missing"},
		{`{"kind":"goal","team":"elp","player":{"number":"7","name":"Luna"}}`, "player.number", "0 to 999"},
		{`{"kind":"goal","team":"elp","player":{"number":1000,"name":"Luna"}}`, "player.number", "0 to 999"},
		{`{"kind":"goal","team":"elp","player":{"number":7,"name":""}}`, "player.name", "1 to 100"},
		{`{"kind":"goal","team":"elp","player":{"number":7,"name":"` + long + `"}}`, "player.name", "1 to 100 characters, not 101"},
		{`{"kind":"goal","team":"elp","player":{"number":7,"name":"Luna","age":3}}`, "player.age", "expected a player"},
		{`{"kind":"goal","team":"elp","player":{"number":7,"number":7,"name":"Luna"}}`, "player.number", "twice"},
		{`{"kind":"goal","team":"elp","player":7,"player_team":"elp"}`, "player_team", "own goal"},
		{`{"kind":"goal","team":"elp","player":7,"assist":7}`, "assist", "another player"},
		{`{"kind":"goal","team":"elp","player":7,"how":"foot"}`, "how", "penalty, header or freekick"},
		{`{"kind":"card","team":"elp","player":7}`, "card", "missing"},
		{`{"kind":"card","team":"elp","player":7,"card":"green"}`, "card", "yellow or red"},
		{`{"kind":"card","team":"elp","card":"red"}`, "player", "either player or staff"},
		{`{"kind":"card","team":"elp","card":"red","player":7,"staff":"Russo"}`, "player", "either player or staff"},
		{`{"kind":"card","team":"elp","card":"red","player":7,"reason":"rude"}`, "reason", "second_yellow"},
		{`{"kind":"card","team":"elp","card":"yellow","player":7,"reason":"second_yellow"}`, "reason", "second_yellow"},
		{`{"kind":"card","team":"elp","card":"red","staff":"Russo","reason":"second_yellow"}`, "reason", "second_yellow"},
		{`{"kind":"addedtime"}`, "minutes", "missing"},
		{`{"kind":"addedtime","minutes":"3"}`, "minutes", "0 to 99"},
		{`{"kind":"addedtime","minutes":100}`, "minutes", "0 to 99"},
		{`{"kind":"addedtime","minutes":-1}`, "minutes", "0 to 99"},
		{`{"kind":"var","about":"foul","outcome":"open"}`, "about", "goal, penalty, card or other"},
		{`{"kind":"var","about":"goal","outcome":"?"}`, "outcome", "open, stands or overturned"},
		{`{"kind":"var","about":"goal","outcome":"open","ref":0}`, "ref", "from 1 on"},
		{`{"kind":"cancel"}`, "ref", "missing"},
		{`{"kind":"cancel","ref":"5"}`, "ref", "from 1 on"},
		{`{"kind":"cancel","ref":9007199254740992}`, "ref", "from 1 on"},
		{`{"kind":"cancel","ref":99999999999999999999}`, "ref", "from 1 on"},
		{`{"kind":"amend","minute":"1"}`, "ref", "missing"},
		{`{"kind":"amend","ref":1}`, "", "details to replace"},
		{`{"kind":"amend","ref":1,"force":true}`, "", "details to replace"},
		{`{"kind":"amend","ref":1,"at":2}`, "at", "not id, ref or at"},
		{`{"kind":"amend","ref":1,"id":null}`, "id", "not id, ref or at"},
		{`{"kind":"amend","ref":null}`, "ref", "from 1 on"},
		{`{"kind":"amend","ref":1,"minute":"x"}`, "minute", "45+2"},
		{`{"kind":"x-a","ref":1}`, "ref", "not id, ref or at"},
		{`{"kind":"x-a","A":1}`, `"A"`, "1 to 32 of a-z"},
		{`{"kind":"x-a","a":1,"a":2}`, "a", "twice"},
		{`{"kind":"x-a","comment":7}`, "comment", "expected a text"},
		{`{"kind":"x-a","a":` + strings.Repeat("[", 33) + strings.Repeat("]", 33) + `}`, "a", "32 deep"},
		{`{"kind":"amend","ref":1,"a":` + strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33) + `}`, "a", "32 deep"},
		{`{"kind":"lineup","team":"elp"}`, "players", "missing"},
		{`{"kind":"lineup","team":"elp","players":7}`, "players", "a list of players"},
		{`{"kind":"lineup","team":"elp","players":null}`, "players", "a list of players"},
		{`{"kind":"lineup","team":"elp","players":[1,2,3,4,5,6]}`, "players", "7 to 11 players, not 6"},
		{`{"kind":"lineup","team":"elp","players":[1,2,3,4,5,6,7,8,9,10,11,12]}`, "players", "7 to 11 players, not 12"},
		{`{"kind":"lineup","team":"elp","players":[1,2,3,4,5,6,3]}`, "players[6].number", "number 3 is there twice"},
		{`{"kind":"lineup","team":"elp","players":[1,2,3,4,5,6,{"number":7}]}`, "players[6].name", "missing"},
		{`{"kind":"lineup","team":"elp","players":[1,2,3,4,5,6,7],"substitutes":[8,7]}`, "substitutes[1].number", "number 7 is among players"},
		{`{"kind":"lineup","team":"elp","players":[1,2,3,4,5,6,7],"coach":""}`, "coach", "1 to 200"},
		{`{"kind":"start","home_players":[]}`, "home_players", "7 to 11"},
		{`{"kind":"start","home_players":[1,2,3,4,5,6,7],"visit_players":[1]}`, "visit_players", "7 to 11 players, not 1"},
		{`{"kind":"start","home_players":[1,2,3,4,5,6,7],"players":[1]}`, "players", "no such detail"},
	}
	for _, c := range cases {
		_, err := ParseRequest([]byte(c.body))
		if err == nil {
			t.Errorf("%s was taken", c.body)
			continue
		}
		wants(t, err, Malformed, c.want)
		if got := err.(*Error).Field; got != c.field {
			t.Errorf("%s: field %q, wanted %q", c.body, got, c.field)
		}
	}
	for _, body := range []string{"", " ", `{"kind":"stop"`, `{"kind":"stop",}`, `{"kind":"stop"}{}`,
		`{"kind":"stop"} x`, `{'kind':'stop'}`, "{\"kind\":\"comment\",\"comment\":\"\xff\"}", `{"kind":"comment","comment":"\x"}`,
		"\ufeff{}", `{"kind":NaN}`, `{"a":` + strings.Repeat("[", 70000), `{1:2}`} {
		_, err := ParseRequest([]byte(body))
		wants(t, err, NotJSON, "expected")
	}
	for _, body := range []string{"null", "7", `"goal"`, ` [{"kind":"stop"}]`} {
		_, err := ParseRequest([]byte(body))
		wants(t, err, Malformed, "expected a JSON object")
	}
}
