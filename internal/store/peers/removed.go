package peers

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
)

// The servers keep a node that was removed out for a while, and say so nowhere: a new
// one of its name would be there, belong to nothing, and could even be elected. So
// whoever removes a node tells all others, and each tells it a scout (scout.go).
//
// The time is each node's own, so that no clocks are compared. One that was started
// anew since knows of nothing; when all were, the newcomer waits for the leader to
// take it in (wait.go).

// keptOut is how long they do (nats-server v2.15: peerRemoveTimeout, raft.trackPeer).
const keptOut = 5 * time.Minute

// removedSubject is in the system account.
const removedSubject = "matchstream.removed"

// removals are the ids of nodes that were removed not long ago, and when. Its methods
// are for any goroutine.
type removals struct {
	mu sync.Mutex
	at map[string]time.Time
}

func (r *removals) note(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at == nil {
		r.at = make(map[string]time.Time)
	}
	r.at[id] = time.Now()
}

// left is for how long each is kept out still; nil: there is none.
func (r *removals) left() (all map[string]time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, at := range r.at {
		left := keptOut - time.Since(at)
		if left <= 0 {
			delete(r.at, id)
			continue
		}
		if all == nil {
			all = make(map[string]time.Duration)
		}
		all[id] = left
	}
	return all
}

// hearRemovals until the connection is closed.
func (r *running) hearRemovals() error {
	_, err := r.system.Subscribe(removedSubject, func(m *nats.Msg) {
		r.removals.note(string(m.Data))
		m.Respond(nil) //nolint:errcheck // it only need not be waited for
	})
	return err
}

// tellRemoval to all nodes that are connected now, this one too.
func (r *running) tellRemoval(ctx context.Context, id string) error {
	return r.collect(ctx, removedSubject, []byte(id), func([]byte) error { return nil })
}

// outFor says, as one of the nodes does, that a name is kept out; nil: none says so.
func outFor(node string, all []hello) error {
	var longest time.Duration
	for _, h := range all {
		longest = max(longest, h.Removed[peerID(node)])
	}
	if longest == 0 {
		return nil
	}
	return fmt.Errorf("node %s was removed from the cluster less than %v ago, and the others keep that name out for so long: "+
		"start it in %v, or now with a new name (--node)", node, keptOut, longest.Round(time.Second))
}
