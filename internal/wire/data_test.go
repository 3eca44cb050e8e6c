package wire_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"matchstream/internal/match"
	"matchstream/internal/wire"
)

// TestEveryDetailIsShown: an event has data as soon as any one detail is set,
// and none without.
func TestEveryDetailIsShown(t *testing.T) {
	if e := wire.NewEvent(match.Event{ID: 1, Kind: match.Stop, By: "bench"}, "k3v9x2ab", false); e.Data != nil {
		t.Errorf("no details, and data %+v", e.Data)
	}
	details := reflect.TypeFor[match.Details]()
	for i := range details.NumField() {
		e := match.Event{ID: 1, Kind: match.Goal}
		field := reflect.ValueOf(&e.Details).Elem().Field(i)
		switch v := field.Addr().Interface().(type) {
		case *string:
			*v = "a"
		case *int64:
			*v = 1
		case **int:
			*v = new(int)
		case **match.Player:
			*v = &match.Player{Number: 7, Name: "Luna"}
		case *[]match.Player:
			*v = []match.Player{{Number: 7, Name: "Luna"}}
		case *map[string]json.RawMessage:
			*v = map[string]json.RawMessage{"mood": json.RawMessage(`"good"`)}
		case *[]string:
			*v = []string{"assist"}
		default:
			t.Fatalf("how is %s set?", details.Field(i).Name)
		}
		shown := wire.NewEvent(e, "k3v9x2ab", false)
		if shown.Data == nil {
			t.Errorf("%s is not shown", details.Field(i).Name)
			continue
		}
		if text, err := json.Marshal(shown.Data); err != nil || string(text) == "{}" {
			t.Errorf("%s: %s, %v", details.Field(i).Name, text, err)
		}
	}
	if e := wire.NewEvent(match.Event{ID: 1, Kind: match.Stop, By: "bench"}, "k3v9x2ab", true); e.Data == nil || e.Data.By != "bench" {
		t.Errorf("an operator is shown %+v", e.Data)
	}
	if e := wire.NewEvent(match.Event{ID: 1, Kind: match.Stop, Forced: true}, "k3v9x2ab", false); e.Data == nil || !e.Data.Forced {
		t.Errorf("forced is shown as %+v", e.Data)
	}
}
