package embedded

import (
	"context"
	"errors"
	"fmt"

	"matchstream/internal/store/jetstream"
)

// reconcile the tally with what JetStream has found. What was written and not
// yet acknowledged when the process was killed is found, and shown, and so it is
// noted. The same makes the tally of a folder that has none, or where the disk has
// damaged it. all: the folder was not closed, so that there may be such.
func (t *tally) reconcile(ctx context.Context, e *engine, all bool) error {
	journals, err := e.link.Counts(ctx, journalConfig.Name, jetstream.JournalPrefix+">")
	if err != nil {
		return fmt.Errorf("count the journals: %w", err)
	}
	for subject, n := range journals {
		t.note(subject, int64(n))
	}
	entries, err := e.link.Counts(ctx, catalogueConfig.Name, jetstream.CataloguePrefix+">")
	if err != nil {
		return fmt.Errorf("count the catalogue: %w", err)
	}
	for subject := range entries {
		all = all || t.get(subject) == 0 // the disk has damaged the tally, too
	}
	if all {
		err := e.link.Each(ctx, catalogueConfig.Name, jetstream.CataloguePrefix+">", 1, func(m jetstream.Message) error {
			t.note(m.Subject, noteOf(m))
			return nil
		})
		if err != nil && !errors.Is(err, jetstream.ErrStepped) {
			return fmt.Errorf("read the catalogue: %w", err)
		}
		for subject := range entries {
			t.note(subject, 1) // there is one that cannot be read, unless one was seen
		}
	}
	t.whole = true
	for subject, n := range t.under(jetstream.CataloguePrefix) {
		if _, there := entries[subject]; n < 0 && !there {
			t.forget(subject) // the deletion has expired: nothing older can come back
		}
	}
	return nil
}

// noteOf is how a message of the catalogue stands in the tally.
func noteOf(m jetstream.Message) int64 {
	if m.Header.Get(jetstream.DeletedHeader) != "" {
		return -int64(m.Sequence)
	}
	return int64(m.Sequence)
}
