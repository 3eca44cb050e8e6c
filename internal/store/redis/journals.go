package redis

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"matchstream/internal/store"
)

// journalsPage is how many journals are asked for at once.
const journalsPage = 500

// Journals implements store.Store.
func (s *Store) Journals(ctx context.Context) ([]store.Journal, error) {
	names := map[string]bool{} // one may come twice while the server's table grows
	for cursor := "0"; ; {
		reply, err := s.run(ctx, journalsScript, []string{s.keys.journals}, cursor, fmt.Sprint(journalsPage))
		if err != nil {
			return nil, fmt.Errorf("journals: %w", err)
		}
		page, err := reply.list(1)
		if err != nil {
			return nil, fmt.Errorf("journals: %w", err)
		}
		for i := 0; i < len(page); i += 2 {
			names[page.word(i)] = true
		}
		if cursor = reply.word(0); cursor == "0" {
			break
		}
	}
	var all []store.Journal
	for page := range chunks(names, journalsPage) {
		found, err := s.lengths(ctx, page)
		if err != nil {
			return nil, fmt.Errorf("journals: %w", err)
		}
		all = append(all, found...)
	}
	slices.SortFunc(all, store.CompareJournals)
	return all, nil
}

// lengths says how many records each of some journals has to have, and how many are
// missing; those that were purged meanwhile are left out.
func (s *Store) lengths(ctx context.Context, names []string) (all []store.Journal, err error) {
	keys := []string{s.keys.journals}
	for _, name := range names {
		keys = append(keys, s.keys.journal(name))
	}
	reply, err := s.run(ctx, lengthsScript, keys, names...)
	if err != nil {
		return nil, err
	}
	found, err := reply.list(0)
	if err != nil || len(found) != 2*len(names) {
		return nil, unexpected(reply)
	}
	for i, name := range names {
		match, epoch, _ := strings.Cut(name, "/")
		key := store.Key{Match: match, Epoch: epoch}
		if err := store.CheckKey(key); err != nil {
			return nil, fmt.Errorf("%w: a journal is called %.200q: expected match/epoch", store.ErrDamaged, name)
		}
		end, err := parsePlace(found.word(2 * i))
		if err != nil {
			return nil, err
		}
		there, err := found[2*i+1].AsInt64()
		if err != nil {
			return nil, unexpected(found)
		}
		if end.first > 0 {
			all = append(all, store.Journal{Key: key, Records: int64(end.first), Missing: max(0, int64(end.first)-there)})
		}
	}
	return all, nil
}
