package redis

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/redis/rueidis"

	"matchstream/internal/store"
)

const (
	// deletionsKept is how many deletions are known for those who watch and have
	// fallen behind.
	deletionsKept = 10_000
	// changesKept is how many changes wake who watches; what they were is in the
	// entries themselves.
	changesKept = 256
)

var errLost = fmt.Errorf("%w: it was acknowledged, and the server has it no more", store.ErrDamaged)

// Put implements store.Store.
func (s *Store) Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	if err := store.CheckEntry(key, value); err != nil {
		return 0, err
	}
	sc := putScript
	if store.IsFreeing(ctx) {
		sc = lastPutScript
	}
	revision, err := s.set(ctx, sc, key, expect, string(value))
	if err != nil {
		return 0, fmt.Errorf("put %s: %w", key, err)
	}
	return revision, nil
}

// Delete implements store.Store.
func (s *Store) Delete(ctx context.Context, key string, expect uint64) error {
	if err := store.CheckEntry(key, nil); err != nil {
		return err
	}
	if _, err := s.set(ctx, deleteScript, key, expect); err != nil {
		return fmt.Errorf("delete %s: %w", key, err)
	}
	return nil
}

func (s *Store) set(ctx context.Context, sc script, key string, expect uint64, value ...string) (uint64, error) {
	note := key + "/" + nonce()
	args := append([]string{key, number(expect), note, strconv.Itoa(deletionsKept), strconv.Itoa(changesKept)}, value...)
	reply, err := s.run(ctx, sc, []string{s.keys.catalogue, s.keys.names, s.keys.changed, s.keys.deleted}, args...)
	if err != nil {
		return 0, err
	}
	revision, err := reply.count(0)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", store.ErrUnknown, err)
	}
	s.seen.change(witness{revision, note})
	return revision, nil
}

// Get implements store.Store.
func (s *Store) Get(ctx context.Context, key string) (store.Entry, error) {
	if err := store.CheckEntry(key, nil); err != nil {
		return store.Entry{}, err
	}
	e, err := s.get(ctx, key)
	if err != nil {
		return store.Entry{}, fmt.Errorf("get %s: %w", key, err)
	}
	return e, nil
}

func (s *Store) get(ctx context.Context, key string) (store.Entry, error) {
	reply, err := s.run(ctx, getScript, []string{s.keys.catalogue, s.keys.names}, key)
	if err != nil {
		return store.Entry{}, err
	}
	if len(reply) != 2 {
		return store.Entry{}, unexpected(reply)
	}
	value, err := reply[0].ToString()
	if rueidis.IsRedisNil(err) {
		if lost, err := reply[1].AsInt64(); err != nil || lost != 0 {
			return store.Entry{}, fmt.Errorf("%w: %w", store.ErrNotFound, errLost)
		}
		return store.Entry{}, store.ErrNotFound
	}
	if err != nil {
		return store.Entry{}, unexpected(reply)
	}
	return parseEntry(key, value)
}

// List implements store.Store.
func (s *Store) List(ctx context.Context, prefix string) ([]store.Entry, error) {
	list, err := s.list(ctx, prefix)
	if err != nil {
		err = fmt.Errorf("list %q: %w", prefix, err)
	}
	return list, err
}

func (s *Store) list(ctx context.Context, prefix string) (list []store.Entry, damage error) {
	from, to := "["+prefix, "("+prefix+"\xff" // keys are ASCII
	for p := (pace{}); ; {
		reply, err := s.run(ctx, listScript, []string{s.keys.catalogue, s.keys.names}, from, to, strconv.Itoa(p.next()))
		if err != nil {
			return nil, err
		}
		names, err := reply.list(0)
		if err != nil {
			return nil, err
		}
		values, err := reply.list(1)
		if err != nil || len(values) != len(names) {
			return nil, unexpected(reply)
		}
		if len(names) == 0 {
			return list, damage
		}
		for i := range names {
			key := names.word(i)
			from = "(" + key
			value, err := values[i].ToString()
			if rueidis.IsRedisNil(err) {
				damage = errors.Join(damage, fmt.Errorf("%s: %w", key, errLost))
				continue
			}
			e, err := parseEntry(key, value)
			if err != nil {
				damage = errors.Join(damage, err)
				continue
			}
			p.took(len(value))
			list = append(list, e)
		}
	}
}
