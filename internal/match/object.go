package match

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"
)

// A member is one key of a JSON object with its value as it came.
type member struct {
	key   string
	value json.RawMessage
}

// object is a JSON object in its order, each key once.
type object []member

// readObject reads a text that is one JSON object and nothing else. What
// encoding/json would let pass in silence is refused: a key twice, invalid
// UTF-8, halves of surrogate pairs.
func readObject(text []byte) (object, *Error) {
	if !utf8.Valid(text) {
		return nil, &Error{Reason: NotJSON, Message: "expected a JSON object in UTF-8"}
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		if json.Valid(text) {
			return nil, malformed("", "expected a JSON object")
		}
		return nil, notObject(err)
	}
	var o object
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, notObject(err)
		}
		m := member{key: t.(string)} // the decoder takes nothing else for a key
		if err := d.Decode(&m.value); err != nil {
			return nil, notObject(err)
		}
		if o.has(m.key) {
			return nil, malformed(shown(m.key), "the key is there twice")
		}
		o = append(o, m)
	}
	if _, err := d.Token(); err != nil {
		return nil, notObject(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, &Error{Reason: NotJSON, Message: "expected nothing behind the JSON object"}
	}
	if halfPair(text) {
		return nil, malformed("", `expected whole characters: \ud800 to \udfff only stand in pairs`)
	}
	return o, nil
}

func notObject(err error) *Error {
	e := &Error{Reason: NotJSON, Message: "expected a JSON object"}
	if err != nil {
		e.Message += " (" + err.Error() + ")"
	}
	return e
}

func (o object) has(key string) bool {
	return slices.ContainsFunc(o, func(m member) bool { return m.key == key })
}

// shown is a key as a message can show it.
func shown(key string) string {
	if len(key) <= 64 && validKey(key[:min(len(key), 32)]) {
		return key
	}
	if r := []rune(key); len(r) > 32 {
		key = string(r[:32]) + "…"
	}
	return strconv.Quote(key)
}

// halfPair says whether a valid JSON text escapes half a surrogate pair.
func halfPair(text []byte) bool {
	unit := func(i int) uint64 {
		if i+6 > len(text) || text[i] != '\\' || text[i+1] != 'u' {
			return 0
		}
		u, _ := strconv.ParseUint(string(text[i+2:i+6]), 16, 16)
		return u
	}
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		switch u := unit(i); {
		case u >= 0xDC00 && u <= 0xDFFF:
			return true
		case u >= 0xD800 && u <= 0xDBFF:
			if low := unit(i + 6); low < 0xDC00 || low > 0xDFFF {
				return true
			}
			i += 11
		default:
			i++ // whatever it escapes is no beginning
		}
	}
	return false
}

// maxDepth is how deep an x- kind's details may nest. JSON readers stop
// somewhere, ours at 10,000, and stored a value lies deeper than it came.
const maxDepth = 32

// tooDeep says whether a valid JSON value nests deeper than maxDepth.
func tooDeep(value json.RawMessage) bool {
	depth, quoted := 0, false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// text reads a JSON string.
func text(value json.RawMessage) (string, *Error) {
	var s string
	if value[0] != '"' || json.Unmarshal(value, &s) != nil {
		return "", malformed("", "expected a text")
	}
	return s, nil
}

// whole reads a JSON number that is written as a whole one.
func whole(value json.RawMessage) (int64, bool) {
	n, err := strconv.ParseInt(string(value), 10, 64)
	return n, err == nil && value[0] != '+'
}

// truth reads true or false.
func truth(value json.RawMessage) (bool, *Error) {
	switch string(value) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, malformed("", "expected true or false")
}

// compact is a JSON value without the white space between its parts.
func compact(value json.RawMessage) json.RawMessage {
	var b bytes.Buffer
	if json.Compact(&b, value) != nil {
		return value
	}
	return b.Bytes()
}
