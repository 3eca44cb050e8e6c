package wire

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// member is one key of an object and its encoded value.
type member struct {
	key   string
	value []byte
}

// keys are the JSON names of Data's fields by their index; "" for none. The
// struct is the one place that says which details there are and in what order.
var keys = func() []string {
	t := reflect.TypeFor[Data]()
	names := make([]string, t.NumField())
	for i := range names {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		names[i] = strings.TrimPrefix(name, "-")
	}
	return names
}()

var null = []byte("null")

// members are the details that are there, in order. A detail of an x- kind
// that is called like a field yields to the field if that is set (the server's
// own by, forced and minute cannot be made up).
func (d Data) members() []member {
	var out []member
	v := reflect.ValueOf(d)
	for i, key := range keys {
		switch field := v.Field(i); {
		case v.Type().Field(i).Name == "Extra":
			out = append(out, d.extra(v)...)
		case key == "":
		case !isAbsent(field):
			out = append(out, member{key, encode(field.Interface())})
		case slices.Contains(d.Removed, key):
			out = append(out, member{key, null})
		}
	}
	return out
}

// extra are the details without a field: those of an x- kind and those that
// an amend takes away from one, by the bytes of their keys.
func (d Data) extra(v reflect.Value) []member {
	if len(d.Extra) == 0 && len(d.Removed) == 0 {
		return nil
	}
	all := make(map[string]json.RawMessage, len(d.Extra))
	for _, key := range d.Removed {
		if !slices.Contains(keys, key) {
			all[key] = null
		}
	}
	for key, raw := range d.Extra {
		if i := slices.Index(keys, key); i < 0 || isAbsent(v.Field(i)) {
			all[key] = compact(raw)
		}
	}
	var out []member
	for _, key := range slices.Sorted(maps.Keys(all)) {
		out = append(out, member{key, all[key]})
	}
	return out
}

// isAbsent is omitempty's rule.
func isAbsent(v reflect.Value) bool {
	return v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0
}
