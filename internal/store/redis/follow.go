package redis

import (
	"context"
	"fmt"

	"github.com/redis/rueidis"

	"matchstream/internal/store"
)

// Follow implements store.Store. What comes into the order are references; the
// records are fetched with a second trip, which also sees that they are of this store.
// A reference that cannot be read ends it as another store would: whoever begins anew
// reads the journals themselves, and follows behind it.
func (s *Store) Follow(ctx context.Context, from store.Mark, f func(store.Record)) error {
	return s.follow(ctx, "following the journal", s.keys.order, func() uint64 { return uint64(from) },
		func(ctx context.Context, entries []rueidis.XRangeEntry) error {
			refs, bad, err := referred(entries)
			if err != nil {
				return err
			}
			for len(refs) > 0 {
				n := fitting(refs)
				data, err := s.fetch(ctx, refs[:n])
				if err != nil {
					return err
				}
				for i, r := range refs[:n] {
					if ctx.Err() != nil {
						return ctx.Err()
					}
					from = store.Mark(r.mark)
					s.seen.record(witness{r.mark, r.text})
					if data[i] != nil {
						f(store.Record{Key: r.key, Number: r.number, Mark: from, Data: data[i]})
					}
				}
				refs = refs[n:]
			}
			if bad != nil {
				return s.foreign(ctx, *bad)
			}
			return nil
		})
}

// foreign says what comes of an entry that cannot be read. Who begins anew does so
// behind the newest mark, and so behind the entry; but one that is ahead of all marks
// would be met again and again. It stands for no record, so it is waited for that it
// goes: none of ours can come behind it.
func (s *Store) foreign(ctx context.Context, e unread) error {
	at, err := s.state(ctx)
	if err != nil {
		return err
	}
	if e.at.first > at.mark || e.at.first == at.mark && e.at.second > 0 {
		return fmt.Errorf("%w: entry %s of %s is not of this server, and ahead of all its records, marked %d and less: %w (find out who writes into the store beside the server; XDEL the entry, and XSETID the key to %d-0)",
			store.ErrUnavailable, e.at, s.keys.order, at.mark, e.cause, at.mark)
	}
	return fmt.Errorf("record marked %d: %w: %w (find out who writes into the store beside the server)", e.at.first, errForeign, e.cause)
}

// unread is an entry of the order that is no reference.
type unread struct {
	at    place
	cause error
}

// referring is an entry of the order.
type referring struct {
	reference
	mark uint64
	text string
}

// referred are those that can be read, up to the first that cannot.
func referred(entries []rueidis.XRangeEntry) (all []referring, bad *unread, err error) {
	for _, e := range entries {
		at, err := parsePlace(e.ID)
		if err != nil {
			return all, nil, err
		}
		r := referring{mark: at.first, text: e.FieldValues["r"]}
		if r.reference, err = parseReference(r.text); err != nil {
			return all, &unread{at, err}, nil
		}
		all = append(all, r)
	}
	return all, nil, nil
}

// fitting is how many of some records make a page.
func fitting(refs []referring) (n int) {
	for sum := 0; n < min(len(refs), pageMost); n++ {
		if sum += refs[n].size; n > 0 && sum > pageBytes {
			break
		}
	}
	return n
}

// fetch gives the data of some records; nil is of one that is no more.
func (s *Store) fetch(ctx context.Context, refs []referring) ([][]byte, error) {
	keys, args := make([]string, len(refs)), make([]string, len(refs))
	for i, r := range refs {
		keys[i], args[i] = s.keys.journal(nameOf(r.key)), place{uint64(r.number), r.mark}.String()
	}
	reply, err := s.run(ctx, fetchScript, keys, args...)
	if err != nil {
		return nil, err
	}
	found, err := reply.list(0)
	if err != nil || len(found) != len(refs) {
		return nil, unexpected(reply)
	}
	data := make([][]byte, len(refs))
	for i, r := range refs {
		switch text, err := found[i].ToString(); {
		case err == nil:
			data[i] = []byte(text)
		case rueidis.IsRedisNil(err): // purged
		default: // its match is damaged, for whoever reads it; the others go on
			s.log.Error("store: a record is lost, and passed over", "match", r.key.Match, "record", r.number,
				"cause", "its journal has it no more, and it was not purged", "do", "see that the server evicts nothing (maxmemory-policy), and that nobody else writes its keys")
		}
	}
	return data, nil
}
