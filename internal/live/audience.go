package live

import (
	"sync"
	"sync/atomic"

	"github.com/axiomhq/hyperloglog"
)

// audience counts the watchers of one match on this node.
type audience struct {
	now, peak atomic.Int64
	connects  atomic.Uint64
	mu        struct {
		sync.Mutex
		users *hyperloglog.Sketch // nil until somebody with an id came
	}
}

// Joined counts a watcher in; Left, to be called once, counts it out. user is
// the person's id, empty if not given; it is not kept.
func (m *Match) Joined(user []byte) {
	a := &m.audience
	a.connects.Add(1)
	now := a.now.Add(1)
	for peak := a.peak.Load(); now > peak && !a.peak.CompareAndSwap(peak, now); peak = a.peak.Load() {
	}
	if len(user) > 0 {
		a.mu.Lock()
		if a.mu.users == nil {
			a.mu.users = hyperloglog.New14()
		}
		a.mu.users.Insert(user)
		a.mu.Unlock()
		m.live.visits.count(user)
	}
}

// Left counts a watcher out.
func (m *Match) Left() { m.audience.now.Add(-1) }

// Audience now.
func (m *Match) Audience() Audience {
	a := &m.audience
	out := Audience{Now: a.now.Load(), Peak: a.peak.Load(), Connects: a.connects.Load()}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.mu.users != nil {
		out.Users = a.mu.users.Estimate()
	}
	return out
}
