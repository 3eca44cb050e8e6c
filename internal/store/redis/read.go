package redis

import (
	"context"
	"fmt"
	"strconv"

	"github.com/redis/rueidis"

	"matchstream/internal/store"
)

// A page is what one answer has at most: as many parts as make some pageBytes, going
// by those that came before, so that neither the server nor a connection is held up.
const (
	pageBytes = 1 << 20
	pageFirst = 64
	pageMost  = 1000
)

// pace says how many parts the next page has.
type pace struct{ parts, bytes int }

func (p *pace) took(bytes int) { p.parts++; p.bytes += bytes }

func (p *pace) next() int {
	if p.parts == 0 {
		return pageFirst
	}
	return min(max(pageBytes*p.parts/max(p.bytes, 1), 1), pageMost)
}

// Read implements store.Store.
func (s *Store) Read(ctx context.Context, key store.Key, from int64) ([]store.Record, error) {
	if err := store.CheckKey(key); err != nil {
		return nil, err
	}
	records, err := s.read(ctx, key, max(from, 1))
	if err != nil {
		return records, fmt.Errorf("read %s: %w", key.Match, err)
	}
	return records, nil
}

func (s *Store) read(ctx context.Context, key store.Key, from int64) (records []store.Record, err error) {
	name := nameOf(key)
	for p := (pace{}); ; {
		reply, err := s.run(ctx, readScript, []string{s.keys.journals, s.keys.journal(name)},
			name, strconv.FormatInt(from, 10), strconv.Itoa(p.next()))
		if err != nil {
			return nil, err
		}
		end, err := parsePlace(reply.word(0))
		if err != nil {
			return records, err
		}
		page, err := reply.list(1)
		if err != nil {
			return records, err
		}
		for _, part := range page {
			r, err := record(key, from, part)
			if err != nil {
				return records, err
			}
			records = append(records, r)
			p.took(len(r.Data))
			from++
		}
		switch {
		case end.first == 0: // none, or purged meanwhile
			return nil, nil
		case uint64(from) > end.first:
			return records, nil
		case len(page) == 0:
			return records, fmt.Errorf("%w: %d records were acknowledged, %d can be read", store.ErrDamaged, end.first, from-1)
		}
	}
}

// record reads an entry of a journal: its place, then a field and the data. It has
// to be the one with this number.
func record(key store.Key, number int64, part rueidis.RedisMessage) (store.Record, error) {
	entry, err := part.AsXRangeEntry()
	if err != nil {
		return store.Record{}, fmt.Errorf("%w: record %d of %s: %w", store.ErrDamaged, number, key.Match, err)
	}
	at, err := parsePlace(entry.ID)
	if err != nil {
		return store.Record{}, err
	}
	data, ok := entry.FieldValues["d"]
	if !ok || at.first != uint64(number) {
		return store.Record{}, fmt.Errorf("%w: in the place of record %d of %s is %s", store.ErrDamaged, number, key.Match, entry.ID)
	}
	return store.Record{Key: key, Number: number, Mark: store.Mark(at.second), Data: []byte(data)}, nil
}
