// Package auth knows the tokens of operators: where they come from, what each
// may do, and how to tell a right one from a wrong one without helping whoever
// guesses. A token's text is never kept and never logged, only its SHA-256.
package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
)

// The scopes, beside match:<id>.
const (
	Operator = "operator" // everything in the operators' part of the API
	Admin    = "admin"    // the admin address from outside
	Edge     = "edge"     // for edges
)

// MatchScope is the scope that posts events to one match and nothing else.
func MatchScope(id string) string { return "match:" + id }

// Token is what is known of one token: all but its text.
type Token struct {
	Name   string // who: shown to operators as `by`, part of idempotency scopes
	Scopes []string
	hash   [sha256.Size]byte
	maker  string // node that made it at its first start; "": nobody knows
}

// Has says whether the token has the scope itself (operator does not include
// admin or edge).
func (t Token) Has(scope string) bool { return slices.Contains(t.Scopes, scope) }

// Posts says whether the token may post events to the match.
func (t Token) Posts(match string) bool { return t.Has(Operator) || t.Has(MatchScope(match)) }

// posts says whether the token may post events to any match.
func (t Token) posts() bool {
	return t.Has(Operator) || slices.ContainsFunc(t.Scopes, func(s string) bool { return strings.HasPrefix(s, MatchScope("")) })
}

// Generate makes the text of a new token: ms_ and 32 random bytes in base64url.
func Generate() string {
	var b [32]byte
	rand.Read(b[:]) // never fails: see crypto/rand
	return "ms_" + base64.RawURLEncoding.EncodeToString(b[:])
}

// generated says whether a text looks like one of Generate's: then nobody has
// chosen it, and nobody guesses it.
func generated(text string) bool {
	digits, ok := strings.CutPrefix(text, "ms_")
	b, err := base64.RawURLEncoding.Strict().DecodeString(digits)
	return ok && err == nil && len(b) == 32 && len(digits) == base64.RawURLEncoding.EncodedLen(32)
}

// Hash is the SHA-256 of a token's text in lower-case hex, as it stands in a
// tokens file behind "sha256:".
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
