package match

import (
	"encoding/json"
	"reflect"
	"testing"
	"unsafe"

	"pgregory.net/rapid"
)

// TestKeptIsWhole: whatever an event has, it still has when it comes back.
func TestKeptIsWhole(t *testing.T) {
	minutes := 3
	values := map[reflect.Type]reflect.Value{
		reflect.TypeFor[string]():                     reflect.ValueOf("a"),
		reflect.TypeFor[int64]():                      reflect.ValueOf(int64(7)),
		reflect.TypeFor[*int]():                       reflect.ValueOf(&minutes),
		reflect.TypeFor[*Player]():                    reflect.ValueOf(&Player{Number: 7, Name: "Luna"}),
		reflect.TypeFor[[]Player]():                   reflect.ValueOf([]Player{{Number: 8, Name: "Sosa"}}),
		reflect.TypeFor[[]string]():                   reflect.ValueOf([]string{"assist"}),
		reflect.TypeFor[map[string]json.RawMessage](): reflect.ValueOf(map[string]json.RawMessage{"a": []byte("1")}),
	}
	details := reflect.TypeFor[Details]()
	rapid.Check(t, func(t *rapid.T) {
		few := rapid.Bool().Draw(t, "few details")
		e := Event{ID: 1, Timestamp: 2, Kind: Goal, Forced: rapid.Bool().Draw(t, "forced"), By: rapid.SampledFrom([]string{"", "bench"}).Draw(t, "by")}
		for i := range details.NumField() {
			f := details.Field(i)
			value, ok := values[f.Type]
			if !ok {
				t.Fatalf("%s: no value for a %s", f.Name, f.Type)
			}
			if !few && rapid.Bool().Draw(t, f.Name) || few && rapid.IntRange(0, 9).Draw(t, f.Name) == 0 {
				reflect.ValueOf(&e.Details).Elem().Field(i).Set(value)
			}
		}
		if back := keep(e).Event(); !reflect.DeepEqual(back, e) {
			t.Fatalf("%+v came back as %+v", e, back)
		}
	})
	if size := unsafe.Sizeof(Kept{}); size > 176 {
		t.Errorf("an event in memory has %d bytes, expected at most 176", size)
	}
	if k := keep(Event{Kind: Substitution, Details: Details{Team: "elp", PlayerIn: &Player{}, PlayerOut: &Player{}, Minute: "5", Comment: "c"}}); k.rare != nil {
		t.Errorf("a substitution has rare details: %+v", k.rare)
	}
}
