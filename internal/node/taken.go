package node

import (
	"sync"

	"matchstream/internal/auth"
	"matchstream/internal/store"
)

// taken is how often tokens were exchanged for others.
type taken struct {
	sync.Mutex
	count int
}

func (t *taken) times() int {
	t.Lock()
	defer t.Unlock()
	return t.count
}

// recall takes those of a catalogue unless others were taken since times. Who is gone is said
// under the lock, or Reload would not know whether it was.
func (t *taken) recall(n *Node, catalogue []store.Entry, times int) (gone, came []auth.Token, ok bool) {
	t.Lock()
	defer t.Unlock()
	if t.count != times {
		return nil, nil, false
	}
	t.count++
	gone, came, err := n.tokens.Recall(catalogue)
	if err != nil { // it does not get better by being read again
		n.log.Error("the store's tokens have changed, and cannot be used: those before hold on", "cause", err)
	}
	if len(gone) > 0 {
		n.log.Info("these tokens are revoked", "names", auth.Names(gone))
	}
	return gone, came, true
}

// replace all by others.
func (t *taken) replace(n *Node, by *auth.Tokens) (gone []string) {
	t.Lock()
	defer t.Unlock()
	t.count++
	return n.tokens.Replace(by)
}
