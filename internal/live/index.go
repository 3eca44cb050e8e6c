package live

import "sync"

// index is all matches of the catalogue by id. Looking one up allocates
// nothing and waits for no store: the lock is taken for writing, for a moment, only when
// a match is made or deleted, comes to another period, or is loaded or put away.
type index struct {
	mu      sync.RWMutex
	byID    map[string]*entry
	order   order
	version ListVersion
}

func (x *index) get(id string) (*entry, bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	e, ok := x.byID[id]
	return e, ok
}

// find is get for whoever has the id as bytes.
func (x *index) find(id []byte) (*entry, bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	e, ok := x.byID[string(id)]
	return e, ok
}

// add an entry unless there is one of that id, which is returned then.
func (x *index) add(id string, e *entry) (found *entry, loaded bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if found, ok := x.byID[id]; ok {
		return found, true
	}
	if x.byID == nil {
		x.byID = make(map[string]*entry)
	}
	x.byID[id] = e
	x.order.add(id)
	x.version.IDs++
	return e, false
}

// remove an entry, unless another has taken its place. It is in no list any more since it was
// shown as deleted, which has counted (entry.listing).
func (x *index) remove(id string, e *entry) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.byID[id] == e {
		delete(x.byID, id)
		x.order.remove(id)
	}
}

func (x *index) len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.byID)
}

// ordered are the ids of all, as order.go has them.
func (x *index) ordered() []string {
	x.mu.RLock()
	changed, sorted := x.order.changed(), x.order.sorted
	x.mu.RUnlock()
	if !changed {
		return sorted
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.order.all()
}

// all entries at this moment, in no order; f may change the index. It goes on
// while f says true.
func (x *index) all(f func(*entry) bool) {
	x.mu.RLock()
	list := make([]*entry, 0, len(x.byID))
	for _, e := range x.byID {
		list = append(list, e)
	}
	x.mu.RUnlock()
	for _, e := range list {
		if !f(e) {
			return
		}
	}
}
