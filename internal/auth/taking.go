package auth

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"slices"

	"matchstream/internal/store"
)

// Taking is how a token is taken back.
type Taking struct {
	// Known are the tokens that held at this node when it was asked to: one that another
	// node has made since is not meant. nil: whatever holds is.
	Known *Tokens
	// Anew: another is made in the same moment, so that there is always one. Its text goes
	// to the data folder. Else there is none until FirstStart makes one.
	Anew bool
	Node string // name of this node, as FirstStart is given it
}

// ErrTakenBefore: the token that was meant is taken back already, and another made, as a
// rule by another node: that one holds. It is to be told, not to die of.
var ErrTakenBefore = errors.New("it was taken back already, and another is in its place")

// take the operator's token back.
func (how Taking) take(ctx context.Context, s store.Store, dataDir string) error {
	path := filepath.Join(dataDir, TextFile)
	for text := ""; ; {
		e, err := get(ctx, s, Operator)
		there := err == nil
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if there && isOf(text, e) {
			return nil // its own, stored behind what was called a conflict
		}
		if there && !how.Known.meant(e) {
			return cmp.Or(removeOther(path, e), ErrTakenBefore)
		}
		if err := remove(path); err != nil {
			return err
		}
		switch {
		case !there:
			return nil
		case !how.Anew:
			err = s.Delete(ctx, e.Key, e.Revision)
		default:
			if text, err = keepText(path); err == nil {
				err = putOperator(ctx, s, text, how.Node, e.Revision)
			}
		}
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
}

// meant says whether the operator's token of the catalogue is one that was known.
func (t *Tokens) meant(e store.Entry) bool {
	there, err := fromCatalogue(e)
	if t == nil || err != nil {
		return true
	}
	now, known := t.now(), false
	for _, old := range slices.Concat(now.stored, now.superseded) {
		if old.Name == Operator {
			known = true
			if old.hash == there.hash {
				return true
			}
		}
	}
	return !known
}
