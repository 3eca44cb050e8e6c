package api

import (
	"bytes"
	"encoding/json"
)

// twice finds a key that an object, anywhere in the valid JSON b, has more than
// once: encoding/json would take the last in silence. "" if there is none.
func twice(b []byte) string {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var (
		keys []map[string]bool // of each object that we are in; nil for an array
		key  bool              // the next string is one
	)
	inObject := func() bool { return len(keys) > 0 && keys[len(keys)-1] != nil }
	for {
		token, err := d.Token()
		if err != nil { // the end
			return ""
		}
		switch token {
		case json.Delim('{'):
			keys, key = append(keys, map[string]bool{}), true
			continue
		case json.Delim('['):
			keys, key = append(keys, nil), false
			continue
		case json.Delim('}'), json.Delim(']'):
			keys = keys[:len(keys)-1]
			key = inObject()
			continue
		}
		if !key {
			key = inObject()
			continue
		}
		name := token.(string)
		if keys[len(keys)-1][name] {
			return name
		}
		keys[len(keys)-1][name], key = true, false
	}
}
