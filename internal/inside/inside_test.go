package inside

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

// fill gives every field, and one element of all that there may be many of, a value that no
// other has.
func fill(v reflect.Value, next func() int) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), next)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), next)
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]uint64{fmt.Sprintf("reason %d", next()): uint64(next())}))
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d", next()))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(float64(next()) + 0.25)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(next()))
	case reflect.Uint64:
		v.SetUint(uint64(next()))
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Unix(int64(next()), 0).UTC()))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), next)
		}
	default:
		panic(v.Kind())
	}
}

// TestWords: the answer is the same bytes from one version to the next, with all that there may
// be in it, with little and with nothing, and is read back as it was.
func TestWords(t *testing.T) {
	n := 0
	var whole, nothing Snapshot
	fill(reflect.ValueOf(&whole).Elem(), func() int { n++; return n })
	bare := Snapshot{Matches: Matches{List: []Match{{}}, Match: &Detail{Lanes: []Lane{{}}, Last: []Event{{}}}}}
	for file, s := range map[string]Snapshot{"testdata/whole.json": whole, "testdata/bare.json": bare, "testdata/nothing.json": nothing} {
		got, err := json.MarshalIndent(s, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if got = append(got, '\n'); *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is\n%s\nexpected\n%s", file, got, want)
		}
		read := json.NewDecoder(bytes.NewReader(want))
		read.DisallowUnknownFields()
		var back Snapshot
		if err := read.Decode(&back); err != nil || !reflect.DeepEqual(back, s) {
			t.Errorf("%s is read as %+v, %v", file, back, err)
		}
	}
}
