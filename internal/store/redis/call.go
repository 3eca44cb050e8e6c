package redis

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/redis/rueidis"

	"matchstream/internal/store"
)

// calls are those under way: Close waits for them.
type calls struct {
	mu struct {
		sync.Mutex
		shut bool
	}
	under sync.WaitGroup
}

func (c *calls) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mu.shut {
		return false
	}
	c.under.Add(1)
	return true
}

func (c *calls) shut() {
	c.mu.Lock()
	c.mu.shut = true
	c.mu.Unlock()
	c.under.Wait()
}

// enter is the begin of each call to the server; leave is its end. The context is
// done when patience is over, or the store is closed.
func (s *Store) enter(ctx context.Context) (_ context.Context, leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	if !s.calls.begin() {
		return nil, nil, store.ErrClosed
	}
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	stop := context.AfterFunc(s.closing, cancel)
	end := func() {
		stop()
		cancel()
		s.calls.under.Done()
	}
	select {
	case s.turns <- struct{}{}:
		return ctx, func() { <-s.turns; end() }, nil
	case <-ctx.Done():
		defer end()
		if s.closing.Err() != nil {
			return nil, nil, store.ErrClosed
		}
		return nil, nil, fmt.Errorf("%w: too many calls wait for an answer: %w", store.ErrUnavailable, ctx.Err())
	}
}

// exec runs a script as it is.
func (s *Store) exec(ctx context.Context, sc script, keys []string, args ...string) (reply, error) {
	within, leave, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	silent, began := s.heard.silent(), time.Now()
	answer, err := sc.Exec(within, s.client, keys, args).ToArray()
	if err != nil && !sc.writes && broken(err) && within.Err() == nil {
		// The connection had ended before, and this call was the first to notice.
		answer, err = sc.Exec(within, s.client, keys, args).ToArray()
	}
	if err != nil {
		return nil, s.fault(ctx, err, sc.writes && !silent())
	}
	if sc.writes && s.told != nil {
		s.told(time.Since(began))
	}
	return answer, nil
}

// run runs a script that begins by looking whether the store is still the same,
// and gives what follows its OK.
func (s *Store) run(ctx context.Context, sc script, keys []string, args ...string) (reply, error) {
	record, change := s.seen.newest()
	all := append([]string{s.keys.id, number(record.at), record.text, number(change.at), change.text}, args...)
	reply, err := s.exec(ctx, sc, append([]string{s.keys.store, s.keys.order, s.keys.changes}, keys...), all...)
	if err != nil {
		return nil, err
	}
	switch reply.word(0) {
	case "OK":
		return reply[1:], nil
	case "REPLACED":
		return nil, fmt.Errorf("%w: %w: %s is gone or was made anew", store.ErrUnavailable, store.ErrReplaced, s.keys.store)
	case "BEHIND":
		return nil, fmt.Errorf("%w: %w: it lacks what was seen here: it is at %s, and was at %s", store.ErrUnavailable, store.ErrReplaced, reply.word(1), reply.word(2))
	case "CONFLICT":
		return nil, fmt.Errorf("%w: it is at %s", store.ErrConflict, reply.word(1))
	case "DAMAGED":
		return nil, fmt.Errorf("%w: %w: %s", store.ErrUnavailable, store.ErrDamaged, reply.word(1))
	}
	return nil, unexpected(reply)
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }

// reply is what a script returns.
type reply []rueidis.RedisMessage

// word is one part of it as text; "": it is none.
func (r reply) word(i int) string {
	if i >= len(r) {
		return ""
	}
	text, err := r[i].ToString()
	if err != nil {
		return ""
	}
	return text
}

// count is one part of it as a number, which the scripts write as text.
func (r reply) count(i int) (uint64, error) {
	n, err := strconv.ParseUint(r.word(i), 10, 64)
	if err != nil {
		return 0, unexpected(r)
	}
	return n, nil
}

// list is one part of it as a list.
func (r reply) list(i int) (reply, error) {
	if i >= len(r) {
		return nil, unexpected(r)
	}
	list, err := r[i].ToArray()
	if err != nil {
		return nil, unexpected(r)
	}
	return list, nil
}

func unexpected(r reply) error {
	return fmt.Errorf("%w: an answer of %d parts that begins with %.80q was not expected", store.ErrDamaged, len(r), r.word(0))
}
