package live

import "sync"

// visitsKept is how many users are remembered at most.
const visitsKept = 1_000_000

// visits counts how often each user connected, in memory: since this node's
// start, at most visitsKept users.
type visits struct {
	mu struct {
		sync.Mutex
		of map[string]uint64
	}
}

func (v *visits) count(user []byte) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.mu.of == nil {
		v.mu.of = make(map[string]uint64)
	}
	if _, known := v.mu.of[string(user)]; !known && len(v.mu.of) >= visitsKept {
		for somebody := range v.mu.of { // ids are free to invent: the map must end somewhere
			delete(v.mu.of, somebody)
			break
		}
	}
	v.mu.of[string(user)]++
}

// Visits is how often a user connected to this node; 0 if never seen.
func (l *Live) Visits(user string) uint64 {
	l.visits.mu.Lock()
	defer l.visits.mu.Unlock()
	return l.visits.mu.of[user]
}

// ForgetUser forgets a user; false if never seen.
func (l *Live) ForgetUser(user string) bool {
	l.visits.mu.Lock()
	defer l.visits.mu.Unlock()
	_, known := l.visits.mu.of[user]
	delete(l.visits.mu.of, user)
	return known
}
