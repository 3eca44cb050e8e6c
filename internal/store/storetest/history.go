package storetest

import (
	"context"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"matchstream/internal/store"
)

// history is a random row of calls, held against a model of the journal.
func history(t *testing.T, s store.Store) {
	keys := []store.Key{keyA, keyB, {Match: keyA.Match, Epoch: keyB.Epoch}}
	model := map[store.Key][]store.Record{}
	var all []store.Record // in the order of marks, without the purged
	ctx := context.Background()
	f := follow(t, s, 0)
	rapid.Check(t, func(r *rapid.T) {
		key := rapid.SampledFrom(keys).Draw(r, "key")
		journal := model[key]
		switch rapid.SampledFrom([]string{"append", "append", "stray", "read", "follow", "purge"}).Draw(r, "call") {
		case "append":
			var last store.Record
			if len(journal) > 0 {
				last = journal[len(journal)-1]
			}
			data := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(r, "data")
			mark, err := s.Append(ctx, key, last.Mark, last.Number+1, data)
			if err != nil {
				r.Fatal(err)
			}
			record := store.Record{Key: key, Number: last.Number + 1, Mark: mark, Data: data}
			model[key], all = append(journal, record), append(all, record)
			same(t, "live", f.take(t, 1), []store.Record{record})
		case "stray":
			after := store.Mark(rapid.Uint64Range(0, 200).Draw(r, "after"))
			number := rapid.Int64Range(1, 100).Draw(r, "number")
			var last store.Record
			if len(journal) > 0 {
				last = journal[len(journal)-1]
			}
			if after == last.Mark && number == last.Number+1 {
				return
			}
			if _, err := s.Append(ctx, key, after, number, nil); !errors.Is(err, store.ErrConflict) {
				r.Fatalf("Append after %d as %d: %v", after, number, err)
			}
		case "read":
			from := rapid.Int64Range(0, int64(len(journal)+2)).Draw(r, "from")
			same(t, "read", read(t, s, key, from), journal[min(max(from-1, 0), int64(len(journal))):])
		case "follow":
			i := rapid.IntRange(0, len(all)).Draw(r, "behind")
			from := store.Mark(0)
			if i > 0 {
				from = all[i-1].Mark
			}
			one := follow(t, s, from)
			same(t, "followed", one.take(t, len(all)-i), all[i:])
			one.nothingElse(t)
		case "purge":
			if rapid.IntRange(0, 3).Draw(r, "rarely") > 0 {
				return
			}
			if err := s.Purge(ctx, key); err != nil {
				r.Fatal(err)
			}
			delete(model, key)
			var left []store.Record
			for _, record := range all {
				if record.Key != key {
					left = append(left, record)
				}
			}
			all = left
		}
	})
	f.nothingElse(t)
}
