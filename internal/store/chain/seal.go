package chain

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"matchstream/internal/store"
)

// Lost is what stands in the place of a record that could not be copied: no
// chain takes it, so that a match that was damaged stays so.
func Lost(why string) []byte {
	text, err := json.Marshal(why)
	if err != nil {
		panic(err) // a string: cannot fail
	}
	return slices.Concat([]byte(lost), text, []byte("}"))
}

const (
	lost    = `{"v":2,"lost":`
	begins  = `{"v":2,`
	follows = `"before":"`
	ends    = `,"sum":"`
	letters = 11 // of a sum
	closes  = `"}`
)

// suffix is the length of all that the sum does not cover.
const suffix = len(ends) + letters + len(closes)

// Seal makes a record of data, an object that begins with {"v":2, and has at
// least one more member; it belongs behind h. data is not changed.
func (h Head) Seal(key store.Key, data []byte) []byte {
	rest, ok := bytes.CutPrefix(data, []byte(begins))
	if !ok || len(rest) < 2 || data[len(data)-1] != '}' {
		panic(fmt.Sprintf("chain: %.40q cannot be sealed", data))
	}
	before := h.before(key)
	out := make([]byte, 0, len(data)+len(follows)+letters+len(`",`)+suffix)
	out = append(out, begins+follows...)
	out = base64.RawURLEncoding.AppendEncode(out, before[:])
	out = append(out, `",`...)
	out = append(out, rest[:len(rest)-1]...)
	own := sum(key, "", out)
	out = append(out, ends...)
	out = base64.RawURLEncoding.AppendEncode(out, own[:])
	return append(out, closes...)
}

// cut takes a sealed record apart: body is what its sum covers.
func cut(data []byte) (before Sum, body []byte, own Sum, ok bool) {
	const from = len(begins) + len(follows)
	at := len(data) - suffix
	if at < from+letters || !looksSealed(data) || string(data[at:at+len(ends)]) != ends || string(data[len(data)-len(closes):]) != closes {
		return before, nil, own, false
	}
	ok = before.parse(data[from:from+letters]) && own.parse(data[at+len(ends):at+len(ends)+letters])
	return before, data[:at], own, ok
}

// strict takes each sum in one form only: else a flipped bit behind the last
// byte would not be seen.
var strict = base64.RawURLEncoding.Strict()

func (s *Sum) parse(text []byte) bool {
	n, err := strict.Decode(s[:], text)
	return err == nil && n == len(s)
}

// looksSealed says whether a record has the beginning of a sealed one, be its
// format what it may.
func looksSealed(data []byte) bool {
	_, after, ok := bytes.Cut(data, []byte(","))
	return ok && bytes.HasPrefix(after, []byte(follows))
}

// versionOf is the format that a record says it has, by its beginning {"v":2,.
func versionOf(data []byte) (version int, ok bool) {
	rest, ok := bytes.CutPrefix(data, []byte(`{"v":`))
	if !ok {
		return 0, false
	}
	end := bytes.IndexAny(rest, ",}")
	if end < 1 {
		return 0, false
	}
	version, err := strconv.Atoi(string(rest[:end]))
	return version, err == nil && version >= 1 && rest[0] != '+'
}
