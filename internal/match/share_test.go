package match_test

import (
	"encoding/json"
	"testing"
	"unsafe"

	"matchstream/internal/match"
)

// TestStringsAreShared: what comes from the journal uses the strings that the
// match has.
func TestStringsAreShared(t *testing.T) {
	var s match.State
	apply := func(body string) match.Event {
		t.Helper()
		var e match.Event
		if err := json.Unmarshal([]byte(body), &e); err != nil {
			t.Fatal(err)
		}
		next, err := match.Apply(s, e)
		if err != nil {
			t.Fatal(err)
		}
		s = next
		return s.Log[len(s.Log)-1].Event.Event()
	}
	s = match.New("elp", "tig", 1)
	apply(`{"id":1,"timestamp":1,"kind":"start","by":"bench","minute":"0","home_players":[{"number":7,"name":"Luna"},{"number":8,"name":"Sosa"}],"visit_players":[{"number":9,"name":"Paz"}]}`)
	first := apply(`{"id":2,"timestamp":1,"kind":"goal","by":"bench","minute":"45+2","team":"elp","player":{"number":7,"name":"Luna"},"assist":{"number":8,"name":"Sosa"}}`)
	again := apply(`{"id":3,"timestamp":1,"kind":"goal","by":"bench","minute":"45+2","team":"elp","player":{"number":7,"name":"Luna"},"assist":{"number":8,"name":"Sosa"}}`)
	for name, pair := range map[string][2]string{
		"kind":   {string(again.Kind), string(match.Goal)},
		"by":     {again.By, first.By},
		"minute": {again.Minute, first.Minute},
		"team":   {again.Team, s.Teams[match.Home]},
		"player": {again.Player.Name, s.Sides[match.Home].Lineup[0].Name},
		"assist": {again.Assist.Name, s.Sides[match.Home].Lineup[1].Name},
	} {
		if pair[0] != pair[1] || unsafe.StringData(pair[0]) != unsafe.StringData(pair[1]) {
			t.Errorf("%s: %q is another string than %q", name, pair[0], pair[1])
		}
	}
	// Another name for the same number is another player, and stays so.
	if e := apply(`{"id":4,"timestamp":1,"kind":"shot","team":"elp","player":{"number":7,"name":"Lunà"}}`); e.Player.Name != "Lunà" {
		t.Errorf("the player became %v", e.Player)
	}
}
