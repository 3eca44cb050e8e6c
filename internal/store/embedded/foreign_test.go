package embedded

import (
	"context"
	"errors"
	"testing"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream"
)

// What another program writes into the journal spoils the match that it is in,
// and nothing else: who follows hears of all other records.
func TestForeignMessages(t *testing.T) {
	s := quiet(t, t.TempDir())
	defer s.Close()
	for _, subject := range []string{jetstream.JournalSubject(key), "journal.UPPER.Case"} {
		if _, err := s.conn.Request(subject, []byte("not by us"), patience); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Append(t.Context(), otherKey, 0, 1, []byte("first")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Follow(ctx, 0, func(r store.Record) {
		if r.Key != otherKey || r.Number != 1 {
			t.Errorf("heard %+v", r)
		}
		cancel()
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if r, err := s.Read(t.Context(), key, 1); len(r) != 0 || !errors.Is(err, store.ErrDamaged) {
		t.Errorf("the match is read: %v, %v", r, err)
	}
	if r, err := s.Read(t.Context(), otherKey, 1); len(r) != 1 || err != nil {
		t.Errorf("another match is read: %v, %v", r, err)
	}
	j, err := s.Journals(t.Context())
	if err != nil || len(j) != 2 {
		t.Errorf("%v, %v", j, err)
	}
}
