package api

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// twice finds a key that an object, anywhere in the valid JSON b, has more than
// once: encoding/json would take the last in silence. It gives the way there,
// such as .home_players[3].name, or "".
func twice(b []byte) string {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber() // 1e999 is valid, and no float64
	return twiceBelow(d)
}

// twiceBelow looks into the next value.
func twiceBelow(d *json.Decoder) string {
	token, err := d.Token()
	if err != nil {
		return ""
	}
	switch token {
	case json.Delim('{'):
		for keys := map[string]bool{}; d.More(); {
			token, _ := d.Token()
			key, ok := token.(string)
			if !ok {
				return "" // not valid after all
			}
			if keys[key] {
				return "." + key
			}
			keys[key] = true
			if below := twiceBelow(d); below != "" {
				return "." + key + below
			}
		}
		d.Token()
	case json.Delim('['):
		for i := 0; d.More(); i++ {
			if below := twiceBelow(d); below != "" {
				return fmt.Sprintf("[%d]%s", i, below)
			}
		}
		d.Token()
	}
	return ""
}
