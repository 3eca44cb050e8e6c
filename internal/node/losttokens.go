package node

import (
	"context"
	"errors"
	"slices"

	"matchstream/internal/store"
)

// withLost adds to a damaged catalogue the tokens that hold here and are not in it: a disk
// that has lost one has revoked nobody. It holds until the node stops, or somebody revokes it.
func (n *Node) withLost(ctx context.Context, catalogue []store.Entry) ([]store.Entry, error) {
	catalogue = slices.Clip(catalogue)
	var held []string
	for _, e := range n.tokens.Absent(catalogue) {
		there, err := n.store.Get(ctx, e.Key)
		switch {
		case err == nil:
			e = there
		case errors.Is(err, store.ErrDamaged): // before ErrNotFound, which it is as well
			held = append(held, e.Key)
		case errors.Is(err, store.ErrNotFound):
			continue // revoked
		default:
			return nil, err
		}
		catalogue = append(catalogue, e)
	}
	if len(held) > 0 {
		n.log.Warn("these tokens are lost in the store, and hold here until the node stops", "names", held,
			"do", "give others by --tokens (matchstream admin token new) before you start it anew, or restore the store")
	}
	return catalogue, nil
}

// isLost says whether an entry was acknowledged, and the disk has lost it.
func isLost(err error) bool {
	return errors.Is(err, store.ErrNotFound) && errors.Is(err, store.ErrDamaged)
}
