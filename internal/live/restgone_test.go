package live_test

import (
	"context"
	"errors"
	"testing"

	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

// A node deletes a match and is gone before it has removed all of it. Another,
// where the match rests, finishes that.
func TestRestAndDeletedElsewhere(t *testing.T) {
	f, clock := newFaulty(memory.New()), newClock()
	a, b := clock.open(t, f), clock.open(t, f.Store)
	defer b.Close()
	ma := create(t, a)
	play(t, ma, start)
	catalogued(t, b, func() bool { return b.Loaded(id) && b.Matches()[0].Position.ID == 1 })
	toRest(t, b, clock, id)
	f.set(func(op, _ string, do func() error) error {
		if op == "delete" || op == "purge" || op == "put" {
			return store.ErrUnavailable
		}
		return do()
	})
	a.Delete(context.Background(), id)
	a.Close()
	catalogued(t, b, func() bool {
		_, err := f.Store.Get(context.Background(), "match/"+id)
		return errors.Is(err, store.ErrNotFound)
	})
}
