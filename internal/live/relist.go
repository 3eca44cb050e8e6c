package live

import (
	"context"
	"errors"
	"fmt"

	"matchstream/internal/store"
)

// relist takes the catalogue as it is, after a time in which changes of it may
// have been missed: what is new, what is different, and what is gone.
func (l *Live) relist(ctx context.Context) error {
	there := make(map[string]bool)
	for _, prefix := range []string{teamKey, matchKey} { // a match shows its teams
		all, err := l.listed(ctx, prefix)
		if err != nil {
			return fmt.Errorf("the catalogue cannot be read again: %w", err)
		}
		for _, e := range all {
			there[e.Key] = true
			l.changed(l.run, e)
		}
	}
	var missing []*entry
	l.entries.all(func(e *entry) bool {
		if !there[matchKey+e.key.Match] {
			missing = append(missing, e)
		}
		return true
	})
	for _, e := range missing {
		// It may have been made since the list was.
		c, err := l.store.Get(ctx, matchKey+e.key.Match)
		switch {
		case err == nil:
			err = l.catalogued(c)
		case errors.Is(err, store.ErrDamaged):
			err = nil // its entry is lost, and not deleted
		case errors.Is(err, store.ErrNotFound):
			e.vanish()
			err = nil
		}
		if err != nil {
			return fmt.Errorf("the catalogue cannot be read again: %w", err)
		}
	}
	return nil
}

// changed takes one change that Watch has told of.
func (l *Live) changed(run context.Context, e store.Entry) {
	if err := l.catalogued(e); err != nil {
		l.log.Error("a change of the catalogue is left out", "key", e.Key, "cause", err)
	}
	l.warm(run, e.Key)
}
