package auth

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"matchstream/internal/store"
)

// MinText is how many characters a token that a person chose must have.
const MinText = 20

// Prefix of the catalogue's entries of tokens.
const Prefix = "token/"

// catalogued is the catalogue's entry token/<name>.
type catalogued struct {
	Name   string   `json:"name"`
	SHA256 string   `json:"sha256"` // 64 hex digits
	Scopes []string `json:"scopes"`
	Node   string   `json:"node,omitempty"` // whose first start made it: its text is there
}

// Load gathers the tokens of a file ("" for none), of
// MATCHSTREAM_OPERATOR_TOKEN ("" if not set; its name is operator) and of the
// catalogue (entries under Prefix; others are passed over). A token of the
// catalogue yields to one of the same name from the file or the environment: see
// Supersede. The same name in both of those is an error.
func Load(file, environment string, catalogue []store.Entry) (*Tokens, error) {
	var all []Token
	s := new(set)
	if file != "" {
		tokens, err := readFile(file)
		if err != nil {
			return nil, err
		}
		all, s.file = tokens, len(tokens)
	}
	if environment != "" {
		if err := usable(environment); err != nil {
			return nil, fmt.Errorf("MATCHSTREAM_OPERATOR_TOKEN: %w", err)
		}
		if named(all, Operator) {
			return nil, fmt.Errorf("tokens: %s: the name operator is that of MATCHSTREAM_OPERATOR_TOKEN; choose another in the file, or unset the variable", file)
		}
		all = append(all, Token{Name: Operator, Scopes: []string{Operator}, hash: sha256.Sum256([]byte(environment))})
	}
	s.given = all
	s, err := s.with(catalogue)
	if err != nil {
		return nil, err
	}
	t := &Tokens{slow: newSlowness()}
	t.set.Store(s)
	return t, nil
}

// with is the set of those that were given and those of a catalogue.
func (s *set) with(catalogue []store.Entry) (*set, error) {
	next := &set{given: s.given, file: s.file, all: slices.Clone(s.given)}
	for _, e := range catalogue {
		if !strings.HasPrefix(e.Key, Prefix) {
			continue
		}
		t, err := fromCatalogue(e)
		if err != nil {
			return nil, err
		}
		if named(s.given, t.Name) {
			next.superseded = append(next.superseded, t)
			continue
		}
		next.all = append(next.all, t)
		next.stored = append(next.stored, t)
	}
	return next, nil
}

// usable says what is wrong with a text that a person chose, without showing it.
func usable(text string) error {
	if n := len([]rune(text)); n < MinText {
		return fmt.Errorf("expected at least %d characters, found %d", MinText, n)
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("expected printable ASCII without spaces, or it cannot stand in a header")
	}
	return nil
}

func fromCatalogue(e store.Entry) (Token, error) {
	var c catalogued
	if err := json.Unmarshal(e.Value, &c); err != nil {
		return Token{}, fmt.Errorf("tokens: catalogue entry %s: %w", e.Key, err)
	}
	t, err := newToken(c.Name, c.SHA256, c.Scopes)
	if err != nil {
		return t, fmt.Errorf("tokens: catalogue entry %s: %w", e.Key, err)
	}
	t.maker = c.Node
	return t, nil
}

func (t Token) entry() catalogued {
	return catalogued{Name: t.Name, SHA256: hex.EncodeToString(t.hash[:]), Scopes: t.Scopes, Node: t.maker}
}

func named(tokens []Token, name string) bool {
	for _, t := range tokens {
		if t.Name == name {
			return true
		}
	}
	return false
}
