package live

import (
	"hash/maphash"
	"sync"
)

// visitsKept is how many users are remembered at most.
const visitsKept = 1_000_000

// visits counts how often each user connected, in memory: since this node's
// start, at most visitsKept users. It keeps no id but a hash of it: 64 bits, so
// that among a million users two are taken for one with a chance of one in
// forty million.
type visits struct {
	seed maphash.Seed
	mu   struct {
		sync.Mutex
		of map[uint64]uint64
	}
}

func (v *visits) init() {
	v.seed = maphash.MakeSeed()
	v.mu.of = make(map[uint64]uint64)
}

func (v *visits) count(user []byte) {
	id := maphash.Bytes(v.seed, user)
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, known := v.mu.of[id]; !known && len(v.mu.of) >= visitsKept {
		for somebody := range v.mu.of { // ids are free to invent: the map must end somewhere
			delete(v.mu.of, somebody)
			break
		}
	}
	v.mu.of[id]++
}

// Visits is how often a user connected to this node; 0 if never seen.
func (l *Live) Visits(user string) uint64 {
	l.visits.mu.Lock()
	defer l.visits.mu.Unlock()
	return l.visits.mu.of[maphash.String(l.visits.seed, user)]
}

// ForgetUser forgets a user; false if never seen.
func (l *Live) ForgetUser(user string) bool {
	id := maphash.String(l.visits.seed, user)
	l.visits.mu.Lock()
	defer l.visits.mu.Unlock()
	_, known := l.visits.mu.of[id]
	delete(l.visits.mu.of, id)
	return known
}
