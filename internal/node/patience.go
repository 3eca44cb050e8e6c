package node

import (
	"context"
	"errors"
	"time"

	"matchstream/internal/live"
	"matchstream/internal/logging"
	"matchstream/internal/store"
	"matchstream/internal/store/peers"
)

const (
	startWithin = 20 * time.Second       // how long a start waits for a store elsewhere, once it was there
	startPause  = 250 * time.Millisecond // between two tries
)

// patiently tries a step of the start again while the store that others share is away: a
// leader is being chosen, a server starts. In a cluster of the nodes' own it waits for
// them as long as opening the store does: until ctx is done. A store of this node alone
// does not come back by waiting.
func (n *Node) patiently(ctx context.Context, step func(context.Context) error) error {
	if _, own := n.store.(*peers.Store); !own {
		limited, cancel := context.WithTimeout(ctx, startWithin)
		defer cancel()
		return n.again(ctx, limited, step)
	}
	return n.again(ctx, ctx, step)
}

func (n *Node) again(ctx, trying context.Context, step func(context.Context) error) error {
	for told := false; ; told = true {
		err := step(ctx)
		away := errors.Is(err, store.ErrUnavailable) || errors.Is(err, store.ErrUnknown) // what was perhaps written is found
		if !away || !n.shared() {
			return err
		}
		if !told {
			n.log.Warn("the start waits for the store, which is away", "cause", err)
		}
		select {
		case <-time.After(startPause):
		case <-trying.Done():
			return err
		}
	}
}

func (n *Node) openLive(ctx context.Context) (err error) {
	c := n.config
	o := live.Options{Clock: c.Clock, Log: logging.Room(c.Log, "live"), Keep: c.Keep, Users: c.Users,
		Patience: n.patience(), Shared: n.shared(), Replaced: n.storeReplaced}
	if n.edge == nil { // the origin's tokens are not an edge's
		o.Others = n.tokensChanged
	}
	n.live, err = live.Open(ctx, n.store, o)
	return err
}

func (n *Node) beginKeepingTokens() {
	ctx, stop := context.WithCancel(context.Background())
	n.keeping.stop = stop
	n.keeping.Go(func() { n.keepTokens(ctx) })
}
