package auth

import (
	"encoding/json"
	"slices"

	"matchstream/internal/store"
)

// Len is how many tokens there are.
func (t *Tokens) Len() int { return len(t.now().all) }

// Stored names those that hold because the store's catalogue has them.
func (t *Tokens) Stored() []string { return Names(t.now().stored) }

// Absent are the entries of the tokens that hold because the catalogue had them, and are
// not in a list of it. nil has none.
func (t *Tokens) Absent(catalogue []store.Entry) (absent []store.Entry) {
	if t == nil {
		return nil
	}
	for _, token := range t.now().stored {
		key := Prefix + token.Name
		if slices.ContainsFunc(catalogue, func(e store.Entry) bool { return e.Key == key }) {
			continue
		}
		if value, err := json.Marshal(token.entry()); err == nil {
			absent = append(absent, store.Entry{Key: key, Value: value})
		}
	}
	return absent
}

// OfFile is how many the tokens file gave.
func (t *Tokens) OfFile() int { return t.now().file }

// Given says whether the tokens file or the environment gave one of this name.
func (t *Tokens) Given(name string) bool { return named(t.now().given, name) }

// Writable says whether anybody may write anything at all.
func (t *Tokens) Writable() bool {
	return slices.ContainsFunc(t.now().all, Token.posts)
}

// Replace takes other's tokens for those that there are, at once: who has one
// that is no more is refused from now on. gone names those: they were there, and
// are not any more, or have another text. Who has guessed is not forgotten. It is
// not to be called together with Recall.
func (t *Tokens) Replace(other *Tokens) (gone []string) {
	before, next := t.now(), other.now()
	t.set.Store(next)
	return Names(missing(before.all, next.all))
}

// Recall takes the catalogue's tokens as they are now; those of the file and the
// environment stay as they were read. gone are those that do not hold any more, or not with
// that text, and came those that do so now. After an error all are as before.
func (t *Tokens) Recall(catalogue []store.Entry) (gone, came []Token, err error) {
	before := t.now()
	next, err := before.with(catalogue)
	if err != nil {
		return nil, nil, err
	}
	t.set.Store(next)
	return missing(before.all, next.all), missing(next.all, before.all), nil
}

// missing are those of all that others have not got, or not with that text.
func missing(all, others []Token) (gone []Token) {
	for _, t := range all {
		if !slices.ContainsFunc(others, func(o Token) bool { return o.Name == t.Name && o.hash == t.hash }) {
			gone = append(gone, t)
		}
	}
	return gone
}

// Names of tokens.
func Names(tokens []Token) (names []string) {
	for _, t := range tokens {
		names = append(names, t.Name)
	}
	return names
}
