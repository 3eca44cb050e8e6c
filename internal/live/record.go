package live

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"matchstream/internal/match"
	"matchstream/internal/store"
)

// format is the version of the catalogue's values. A program that meets a newer
// one refuses it: it might mean anything. Records have one of their own
// (chain.Format).
const format = 1

// record is what the journal keeps for one number of a match: an event, or
// the end of everything.
type record struct {
	Format  int          `json:"v"`
	Event   *match.Event `json:"event,omitempty"`
	Deleted bool         `json:"deleted,omitempty"`
	// Once and Body are hashes of the request's idempotency key (with its
	// scope) and of its body. They are part of the journal so that a repeat is
	// known on every node, and after a restart. Of a request without a key Once
	// is private.
	Once string `json:"once,omitempty"`
	Body string `json:"body,omitempty"`
	// Revision is the sum of the revisions of match and teams when the event
	// was appended: what is more by now has changed since.
	Revision int `json:"revision,omitempty"`
}

// decodeRecord reads a record whose format is known, and known to be whole as
// far as the chain can tell.
func decodeRecord(data []byte) (r record, err error) {
	if err := json.Unmarshal(data, &r); err != nil {
		return r, fmt.Errorf("%w: %w", store.ErrDamaged, err)
	}
	if (r.Event == nil) != r.Deleted {
		return r, fmt.Errorf("%w: expected an event or the deletion", store.ErrDamaged)
	}
	return r, nil
}

// decode reads a value of the catalogue and refuses one of a newer format, which
// is looked at first: its other fields may have another shape.
func decode(data []byte, into any) error {
	var version struct {
		Format int `json:"v"`
	}
	if err := json.Unmarshal(data, &version); err != nil {
		return fmt.Errorf("stored value is damaged: %w", err)
	}
	if version.Format < 1 {
		return fmt.Errorf("stored value is damaged: expected its format as \"v\", found %.40q", data)
	}
	if version.Format > format {
		return fmt.Errorf("stored value has format %d, this program knows formats up to %d: run the newer version of MatchStream that wrote it", version.Format, format)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("stored value is damaged: %w", err)
	}
	return nil
}

// encode a value to be stored. What operators sent stays as it is, letter by
// letter: <, > and & are not escaped.
func encode(v any) []byte {
	var b bytes.Buffer
	if err := encoder(&b).Encode(v); err != nil {
		panic(err) // plain structs of ours: cannot fail
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// encoder writes such values, each on a line.
func encoder(w io.Writer) *json.Encoder {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e
}

// remembered is how long a repeat is answered with the first answer.
const remembered = 24 * time.Hour

// hash of a key with its scope, or of a body: enough of SHA-256 that two never
// meet by chance, or by somebody's will.
func hash(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:18])
}

// hashes of a request that may be repeated; empty if it may not.
func (o Once) hashes() (once, body string) {
	if o.Key == "" {
		return "", ""
	}
	return hash(o.Scope, o.Key), hash(string(o.Body))
}

// private is the once of a request without a key, which nobody else has: by it the
// record is known again when it is found behind what was called a conflict. (A
// leader that was frozen may say so of a record that the next one has stored.) It is
// shorter than any hash.
func private() string {
	var b [9]byte
	rand.Read(b[:]) //nolint:errcheck // it never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}
