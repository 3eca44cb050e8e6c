package redis

import (
	"context"
	"fmt"

	"github.com/redis/rueidis"

	"matchstream/internal/store"
)

// watchPage is how many changed entries are asked for at once.
const watchPage = 64

// errForgotten is of a Watch that stood still for so long that deletions behind its
// place are known no more.
var errForgotten = fmt.Errorf("%w: more than %d deletions behind: look at everything anew", store.ErrUnavailable, deletionsKept)

// Watch implements store.Store. A change only wakes it; it then asks which entries
// have a newest change behind the last it knows of. So it may fall behind as far as
// it likes, and the changes that wake need not be kept. It ends, as a store that is
// not available, only where deletions have been forgotten meanwhile (deletionsKept).
func (s *Store) Watch(ctx context.Context, ready func(), f func(store.Entry)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	begin, err := s.state(ctx)
	if err != nil {
		if s.closing.Err() != nil {
			return store.ErrClosed
		}
		return fmt.Errorf("watching the catalogue: %w", err)
	}
	at := begin.revision
	ready()
	return s.follow(ctx, "watching the catalogue", s.keys.changes, func() uint64 { return at },
		func(ctx context.Context, woken []rueidis.XRangeEntry) error {
			last := woken[len(woken)-1]
			to, err := parsePlace(last.ID)
			if err != nil {
				return err
			}
			for at < to.first {
				page, next, err := s.changed(ctx, at)
				if err != nil {
					return err
				}
				for _, e := range page {
					if ctx.Err() != nil {
						return ctx.Err()
					}
					at = e.Revision
					f(e)
				}
				at = next
			}
			s.seen.change(witness{to.first, last.FieldValues["c"]})
			return nil
		})
}

// changed are entries whose newest change is behind a revision, in the order of those,
// and up to where that is all.
func (s *Store) changed(ctx context.Context, behind uint64) (page []store.Entry, to uint64, err error) {
	reply, err := s.run(ctx, changedScript, []string{s.keys.catalogue, s.keys.names, s.keys.changed}, number(behind), number(watchPage))
	if err != nil {
		return nil, 0, err
	}
	revision, err := reply.count(0)
	if err != nil {
		return nil, 0, err
	}
	forgotten, err := reply.count(1)
	if err != nil {
		return nil, 0, err
	}
	if behind < forgotten {
		return nil, 0, errForgotten
	}
	all, err := reply.list(2)
	if err != nil || len(all)%3 != 0 {
		return nil, 0, unexpected(reply)
	}
	for i := 0; i < len(all); i += 3 {
		e := store.Entry{Key: all.word(i)}
		if e.Revision, err = all.count(i + 1); err != nil {
			return nil, 0, err
		}
		to = e.Revision
		value, err := all[i+2].ToString()
		switch {
		case err == nil:
			if e, err = parseEntry(e.Key, value); err != nil {
				s.log.Error("store: what is no entry is passed over", "key", all.word(i), "cause", err, "do", "find out who writes into the store beside the server")
				continue
			}
		case rueidis.IsRedisNil(err): // deleted
		default: // lost: who asks for it is told
			continue
		}
		page = append(page, e)
	}
	if len(all) < 3*watchPage {
		to = revision
	}
	return page, to, nil
}
