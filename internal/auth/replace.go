package auth

import "slices"

// Len is how many tokens there are.
func (t *Tokens) Len() int { return len(t.now().all) }

// Stored names those that hold because the store's catalogue has them.
func (t *Tokens) Stored() []string { return t.now().stored }

// OfFile is how many the tokens file gave.
func (t *Tokens) OfFile() int { return t.now().file }

// Writable says whether anybody may write anything at all.
func (t *Tokens) Writable() bool {
	return slices.ContainsFunc(t.now().all, Token.posts)
}

// Replace takes other's tokens for those that there are, at once: who has one
// that is no more is refused from now on. gone names those: they were there, and
// are not any more, or have another text. Who has guessed is not forgotten.
func (t *Tokens) Replace(other *Tokens) (gone []string) {
	before, next := t.now(), other.now()
	t.set.Store(next)
	for _, old := range before.all {
		if !slices.ContainsFunc(next.all, func(n Token) bool { return n.Name == old.Name && n.hash == old.hash }) {
			gone = append(gone, old.Name)
		}
	}
	return gone
}
