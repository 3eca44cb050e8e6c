package audience

import (
	"math"
	"sync"
	"time"
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
