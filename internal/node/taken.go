package node

import (
	"errors"
	"fmt"
	"sync"

	"matchstream/internal/auth"
	"matchstream/internal/store"
)

// errUnusable: the store's tokens do not get better by being read again.
var errUnusable = errors.New("the store's tokens cannot be used: those before hold on")

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
func (t *taken) recall(n *Node, catalogue []store.Entry, times int) (gone, came []auth.Token, ok bool, err error) {
	t.Lock()
	defer t.Unlock()
	if t.count != times {
		return nil, nil, false, nil
	}
	t.count++
	if gone, came, err = n.tokens.Recall(catalogue); err != nil {
		return nil, nil, true, fmt.Errorf("%w: %w", errUnusable, err)
	}
	if len(gone) > 0 {
		n.log.Info("these tokens are revoked", "names", auth.Names(gone))
	}
	return gone, came, true, nil
}

// replace all by others.
func (t *taken) replace(n *Node, by *auth.Tokens) (gone []string) {
	t.Lock()
	defer t.Unlock()
	t.count++
	return n.tokens.Replace(by)
}
