package audience

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"matchstream/internal/store"
)

// visits is how often each user came.
type visits struct {
	limit  int
	clock  func() time.Time
	shards [shards]shard
	mu     struct {
		sync.Mutex
		users  *slab
		states [shards]state
		known  [shards]uint64 // revisions of the store's entries
	}
}

func (v *visits) init(l *Ledger, limit int, clock func() time.Time) {
	v.limit, v.clock = limit, clock
	v.mu.users = newSlab()
	for i := range v.shards {
		s := &v.shards[i]
		s.ledger, s.number = l, byte(i)
		s.pending.what = s
	}
}

// minute is the present time, as coarse as it is kept of users.
func (v *visits) minute() uint32 { return uint32(max(0, v.clock().Unix()/60)) }

// count a visit. Whoever was not seen the longest goes if there is no more room.
func (v *visits) count(hash uint64) {
	if v.limit <= 0 {
		return
	}
	now := v.minute()
	v.mu.Lock()
	defer v.mu.Unlock()
	i := v.mu.users.find(hash)
	if i == 0 {
		v.makeRoom()
		i = v.mu.users.add(user{hash: hash}, true)
	} else {
		v.mu.users.touch(i)
	}
	u := v.mu.users.users.at(i)
	u.seen = now
	if u.count < math.MaxUint32 {
		u.count++
		u.added++
	}
	v.changed(byte(hash))
}

// makeRoom lets the longest unseen go if there is no room for one more. Locked.
func (v *visits) makeRoom() {
	if v.mu.users.n < v.limit {
		return
	}
	v.changed(byte(v.mu.users.users.at(v.mu.users.oldest).hash))
	v.mu.users.remove(v.mu.users.oldest)
}

// changed queues a shard. Locked.
func (v *visits) changed(number byte) {
	if s := &v.shards[number]; !v.mu.states[number].queued && s.ledger.keeps {
		v.mu.states[number].queued = true
		s.ledger.shards.push(&s.pending)
	}
}

// KeepsVisits says whether any visits are remembered.
func (l *Ledger) KeepsVisits() bool { return l.visits.limit > 0 }

// Remembered is how many users are, now.
func (l *Ledger) Remembered() int {
	l.visits.mu.Lock()
	defer l.visits.mu.Unlock()
	return l.visits.mu.users.n
}

// Visits is how often a user came, as far as this node knows; 0 if he is not
// remembered. In the first moments after a start it waits, within ctx, until
// the users are read. Errors are the store's.
func (l *Ledger) Visits(ctx context.Context, id string) (uint64, error) {
	v := &l.visits
	if v.limit <= 0 {
		return 0, nil
	}
	hash := l.key.hash([]byte(id))
	if err := l.ready(ctx, byte(hash)); err != nil {
		return 0, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	i := v.mu.users.find(hash)
	if i == 0 {
		return 0, nil
	}
	return uint64(v.mu.users.users.at(i).count), nil
}

// ready waits until what the store has of a shard's users is known here.
func (l *Ledger) ready(ctx context.Context, number byte) error {
	select {
	case <-l.loaded:
	case <-ctx.Done():
		return fmt.Errorf("the users are being read still: %w: %w", store.ErrUnavailable, ctx.Err())
	}
	if !l.keeps {
		return nil
	}
	l.visits.mu.Lock()
	loaded := l.visits.mu.states[number].loaded
	l.visits.mu.Unlock()
	if loaded {
		return nil
	}
	if err := l.begins(ctx); err != nil {
		return err
	}
	defer l.ends()
	return l.visits.shards[number].load(ctx)
}

// ForgetUser forgets how often a user came, here and in the store: when it
// returns without an error that is so for good. False if there was nothing to
// forget. After an error (the store's) it is to be called again.
func (l *Ledger) ForgetUser(ctx context.Context, id string) (known bool, err error) {
	v := &l.visits
	if v.limit <= 0 {
		return false, nil
	}
	hash := l.key.hash([]byte(id))
	if err := l.ready(ctx, byte(hash)); err != nil {
		return false, err
	}
	if err := l.begins(ctx); err != nil {
		return false, err
	}
	defer l.ends()
	v.mu.Lock()
	if i := v.mu.users.find(hash); i != 0 {
		v.mu.users.remove(i)
		known = true
	}
	v.mu.Unlock()
	if !l.keeps {
		return known, nil
	}
	inStore, err := v.shards[byte(hash)].forget(ctx, hash)
	if err != nil && !errors.Is(err, store.ErrUnavailable) && !errors.Is(err, store.ErrUnknown) {
		err = fmt.Errorf("%w: %w", store.ErrUnknown, err)
	}
	return known || inStore, err
}
