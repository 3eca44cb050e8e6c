package redis

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/rueidis"

	"matchstream/internal/store"
)

// fault turns an error of the client into one of ours. sent says that a write may
// have been sent.
func (s *Store) fault(ctx context.Context, err error, sent bool) error {
	if _, ok := rueidis.IsRedisErr(err); ok {
		return refusal(err, sent)
	}
	switch {
	case sent:
		return fmt.Errorf("%w: %w", store.ErrUnknown, err)
	case s.closing.Err() != nil:
		return store.ErrClosed
	case ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w: no answer within %v", store.ErrUnavailable, s.patience)
	}
	return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
}

// broken says that a connection ended, and no answer came.
func broken(err error) bool {
	return !answered(err) && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) && !errors.Is(err, rueidis.ErrClosing)
}

// answered says that an error came from the server.
func answered(err error) bool {
	var refused *rueidis.RedisError
	return errors.As(err, &refused)
}

// refusals are the errors by which the server says, before it begins, that it does
// not run a script, with what to do.
var refusals = map[string]struct {
	is error
	do string
}{
	"OOM":         {store.ErrFull, "the server has reached its maxmemory: raise it, or delete old matches (--keep)"},
	"MISCONF":     {store.ErrUnwritable, "the server cannot write to its disk: its log says why"},
	"READONLY":    {store.ErrUnavailable, "the server is a replica: give the address of the master"},
	"MASTERDOWN":  {store.ErrUnavailable, "the server is a replica without its master: give the address of the master"},
	"NOREPLICAS":  {store.ErrUnavailable, "fewer replicas are connected than min-replicas-to-write asks for"},
	"LOADING":     {store.ErrUnavailable, "the server reads its data; it answers when it has done so"},
	"BUSY":        {store.ErrUnavailable, "another script holds the server"},
	"NOAUTH":      {store.ErrUnavailable, "give user and password: redis://user:password@host"},
	"WRONGPASS":   {store.ErrUnavailable, "user or password is wrong"},
	"NOPERM":      {store.ErrUnavailable, "its user may not run the commands that the store needs"},
	"MOVED":       {store.ErrUnavailable, "the server is part of a cluster, which is not supported: give one of its own"},
	"CLUSTERDOWN": {store.ErrUnavailable, "the server is part of a cluster, which is not supported: give one of its own"},
	"WRONGTYPE":   {store.ErrDamaged, "something else has written a key with the prefix of the store: choose another prefix (?prefix=…)"},
}

// refusal is of an error that the server has answered. wrote says that it came from
// a script that writes: of one that is not known it is not known either how far it came.
func refusal(err error, wrote bool) error {
	// An error that a script has met has words in front: "ERR Error … WRONGTYPE …".
	code, _, _ := strings.Cut(err.Error(), " ")
	if r, ok := refusals[code]; ok {
		if !errors.Is(r.is, store.ErrUnavailable) {
			return fmt.Errorf("%w: %w: %w: %s", store.ErrUnavailable, r.is, err, r.do)
		}
		return fmt.Errorf("%w: %w: %s", r.is, err, r.do)
	}
	if wrote {
		return fmt.Errorf("%w: %w", store.ErrUnknown, err)
	}
	return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
}
