package wire

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// encode is v as compact JSON. Unlike json.Marshal it leaves <, > and & as
// they are: the bytes go to programs and are escaped by whoever makes a page
// of them. The types of this package cannot fail to encode.
func encode(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return []byte("null")
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// compact is raw without white space between its tokens and as valid UTF-8;
// what is no JSON becomes a string, so that the whole stays JSON.
func compact(raw json.RawMessage) json.RawMessage {
	if !utf8.Valid(raw) {
		raw = bytes.ToValidUTF8(raw, []byte(string(utf8.RuneError)))
	}
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return encode(string(raw))
	}
	return b.Bytes()
}
