package peers

import (
	"context"
	"errors"
	"fmt"

	"matchstream/internal/store"
)

// A node that was removed has no server any more, and each request would wait for an
// answer and be told that none came. So what is asked of it says first that it is out;
// Append and Put do that by themselves (heal.go).

// out is an error of a node that was removed; nil: it was not.
func (s *Store) out() error {
	if _, err := s.server(); errors.Is(err, store.ErrRemoved) {
		return err
	}
	return nil
}

// Read implements store.Store.
func (s *Store) Read(ctx context.Context, key store.Key, from int64) ([]store.Record, error) {
	if err := s.out(); err != nil {
		return nil, fmt.Errorf("read %s: %w", key.Match, err)
	}
	return s.Store.Read(ctx, key, from)
}

// End implements store.Store.
func (s *Store) End(ctx context.Context) (store.Mark, error) {
	if err := s.out(); err != nil {
		return 0, fmt.Errorf("the journal's end: %w", err)
	}
	return s.Store.End(ctx)
}

// Purge implements store.Store.
func (s *Store) Purge(ctx context.Context, key store.Key) error {
	if err := s.out(); err != nil {
		return fmt.Errorf("purge %s: %w", key.Match, err)
	}
	return s.Store.Purge(ctx, key)
}

// Get implements store.Store.
func (s *Store) Get(ctx context.Context, key string) (store.Entry, error) {
	if err := s.out(); err != nil {
		return store.Entry{}, fmt.Errorf("get %s: %w", key, err)
	}
	return s.Store.Get(ctx, key)
}

// Delete implements store.Store.
func (s *Store) Delete(ctx context.Context, key string, expect uint64) error {
	if err := s.out(); err != nil {
		return fmt.Errorf("delete %s: %w", key, err)
	}
	return s.Store.Delete(ctx, key, expect)
}

// List implements store.Store.
func (s *Store) List(ctx context.Context, prefix string) ([]store.Entry, error) {
	if err := s.out(); err != nil {
		return nil, fmt.Errorf("list %s: %w", prefix, err)
	}
	return s.Store.List(ctx, prefix)
}
