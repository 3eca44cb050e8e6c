package redis

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/rueidis"

	"matchstream/internal/store"
)

const (
	// quiet is how long news are waited for before the store is looked at: whether
	// it still is the one that was opened, and there.
	quiet = time.Second
	// Between two tries to reach a server that is gone.
	againFirst, againMost = 50 * time.Millisecond, time.Second
)

// follow calls heard with what comes into a stream behind a place, and goes on until
// ctx is done, the store is closed, or it is another store. at says where it stands.
func (s *Store) follow(ctx context.Context, what, stream string, at func() uint64, heard func(context.Context, []rueidis.XRangeEntry) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.closing.Err() != nil {
		return store.ErrClosed
	}
	either, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.closing, cancel)()
	for pause, since := againFirst, (time.Time{}); ; {
		entries, err := s.block(either, stream, at())
		switch {
		case err == nil && len(entries) > 0:
			err = heard(either, entries)
		case err == nil:
			_, err = s.state(either)
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case s.closing.Err() != nil:
			return store.ErrClosed
		case errors.Is(err, store.ErrReplaced), errors.Is(err, errForgotten):
			return fmt.Errorf("%s: %w", what, err)
		case err == nil && since.IsZero():
			continue
		case err == nil:
			s.log.Info("store: what was interrupted goes on", "name", what, "took", time.Since(since).Round(time.Millisecond))
			pause, since = againFirst, time.Time{}
			continue
		case since.IsZero():
			since = time.Now()
			s.log.Warn("store: interrupted, tried again until it goes on", "name", what, "cause", err)
		}
		select {
		case <-time.After(pause):
		case <-either.Done():
		}
		pause = min(2*pause, againMost)
	}
}

// block waits for what comes into a stream behind a place; none is no error. The
// connection belongs to this call until its answer is read: see the package's text.
func (s *Store) block(ctx context.Context, stream string, at uint64) ([]rueidis.XRangeEntry, error) {
	ctx, cancel := context.WithTimeout(ctx, quiet+s.patience)
	defer cancel()
	answer, err := s.waits.Do(ctx, s.waits.B().Xread().Count(pageMost).Block(quiet.Milliseconds()).
		Streams().Key(stream).Id(place{at, 0}.String()).Build()).AsXRead()
	if rueidis.IsRedisNil(err) {
		return nil, nil
	}
	if err != nil {
		return nil, s.fault(ctx, err, false)
	}
	return answer[stream], nil
}
