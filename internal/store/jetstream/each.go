package jetstream

import (
	"context"
	"errors"
	"fmt"

	"matchstream/internal/store"
)

// ErrStepped: JetStream said that there is more, and then found nothing: it has
// stepped over what it cannot read, or somebody has removed it meanwhile.
var ErrStepped = fmt.Errorf("%w: the disk has damaged what was written", store.ErrDamaged)

// Each calls f for the messages of subject in a stream, in order, from a sequence
// on to the end of the stream. ErrStepped if fewer come than there were to be.
//
// In a cluster the batches come from any replica. Each has a beginning of what the
// leader has, so who reads in order misses nothing but the end; where that is, the
// leader says first, and it gives what the replicas lack.
func (l *Link) Each(ctx context.Context, stream, subject string, from uint64, f func(Message) error) error {
	if l.Single {
		return l.eachHere(ctx, stream, subject, from, f)
	}
	end, err := l.One(ctx, stream, Get{Last: subject})
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	for next, askReplicas := max(from, 1), true; next <= end.Sequence; {
		if askReplicas {
			last, more, err := l.some(ctx, stream, subject, next, f)
			if err != nil {
				return err
			}
			next, askReplicas = max(next, last+1), more
			continue
		}
		m, err := l.One(ctx, stream, Get{Sequence: next, Next: subject})
		if errors.Is(err, store.ErrNotFound) {
			return nil // what was the end has been replaced or purged
		}
		if err != nil {
			return err
		}
		if err := f(m); err != nil {
			return err
		}
		next, askReplicas = m.Sequence+1, true
	}
	return nil
}

// EachSurely is Each with the leader alone, one message after the other.
func (l *Link) EachSurely(ctx context.Context, stream, subject string, from uint64, f func(Message) error) error {
	for next := max(from, 1); ; {
		m, err := l.One(ctx, stream, Get{Sequence: next, Next: subject})
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := f(m); err != nil {
			return err
		}
		next = m.Sequence + 1
	}
}

// some calls f for what one replica gives. more: it may be asked for what comes
// behind. An error is one of f: a replica that does not answer gives nothing.
func (l *Link) some(ctx context.Context, stream, subject string, from uint64, f func(Message) error) (last uint64, more bool, err error) {
	var bad error
	wait, cancel := context.WithTimeout(ctx, l.Patience/4)
	defer cancel()
	last, pending, err := l.batch(wait, stream, Get{Sequence: from, Next: subject, Batch: BatchMessages, MaxBytes: BatchBytes}, func(m Message) error {
		bad = f(m)
		return bad
	})
	return last, err == nil && pending > 0 && last >= from, bad
}

func (l *Link) eachHere(ctx context.Context, stream, subject string, from uint64, f func(Message) error) error {
	for more := uint64(0); ; {
		last, pending, err := l.batch(ctx, stream, Get{
			Sequence: max(from, 1), Next: subject, Batch: BatchMessages, MaxBytes: BatchBytes}, f)
		if errors.Is(err, store.ErrNotFound) {
			if more > 0 {
				return fmt.Errorf("%w: %d cannot be read", ErrStepped, more)
			}
			return nil
		}
		if err != nil || pending == 0 {
			return err
		}
		from, more = last+1, pending
	}
}
