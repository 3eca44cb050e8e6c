package live

import (
	"sync"

	"matchstream/internal/store"
)

// gone remembers what was deleted, because what others say of a match may come
// late: an entry of the catalogue that was written before the deletion must not
// bring the match back. It grows by a few bytes with each deletion.
type gone struct {
	mu struct {
		sync.Mutex
		epochs    map[store.Key]bool
		revisions map[string]uint64 // by match id
	}
}

// epoch notes that a match was deleted; its epoch never comes again.
func (g *gone) epoch(key store.Key) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.mu.epochs == nil {
		g.mu.epochs = make(map[store.Key]bool)
	}
	g.mu.epochs[key] = true
}

// entry notes the revision at which a match left the catalogue.
func (g *gone) entry(id string, revision uint64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.mu.revisions == nil {
		g.mu.revisions = make(map[string]uint64)
	}
	g.mu.revisions[id] = max(g.mu.revisions[id], revision)
}

// has says whether an entry of the catalogue is of a match that is no more.
func (g *gone) has(key store.Key, revision uint64) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.mu.epochs[key] || revision <= g.mu.revisions[key.Match]
}
