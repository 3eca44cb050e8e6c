package node

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"matchstream/internal/auth"
)

// tokensChanged is told of changes of the catalogue by who follows it; "": some may have
// been missed. Any goroutine may call it.
func (n *Node) tokensChanged(key string) {
	if key != "" && !strings.HasPrefix(key, auth.Prefix) {
		return
	}
	select {
	case n.recalls <- struct{}{}:
	default: // it is to be done already
	}
}

// keepTokens has the tokens of the store hold here as soon as they hold anywhere, and no
// longer, until ctx is done: whichever node has taken one back.
func (n *Node) keepTokens(ctx context.Context) {
	const shortest, longest = 100 * time.Millisecond, 2 * time.Second
	pause := shortest
	for {
		select {
		case <-n.recalls:
		case <-ctx.Done():
			return
		}
		err := n.recallTokens(ctx)
		if errors.Is(err, errUnusable) {
			n.log.Error("the store's tokens have changed, and cannot be used: those before hold on", "cause", err)
			err = nil // the next change may mend it
		}
		if err == nil {
			pause = shortest
			continue
		}
		if ctx.Err() == nil {
			n.log.Warn("the store's tokens may have changed, and cannot be read: those before hold on", "cause", err, "pause", pause)
		}
		select {
		case <-time.After(pause):
			n.tokensChanged("")
			pause = min(2*pause, longest)
		case <-ctx.Done():
			return
		}
	}
}

// recallTokens takes the store's as they are now. Those of the file wait for SIGHUP.
// After an error, errUnusable or the store's, those before hold on.
func (n *Node) recallTokens(ctx context.Context) error {
	limited, cancel := context.WithTimeoutCause(ctx, reloading, fmt.Errorf("no answer within %s", reloading))
	defer cancel()
	gone, came, err := n.applyTokens(limited)
	if err != nil {
		return err
	}
	asked, err := within(limited, func() (bool, error) { return auth.Forget(n.config.Data, gone) })
	if err != nil {
		n.log.Error("a token is revoked, but something of it is left in the data folder", "cause", err, "folder", n.config.Data,
			"do", "remove "+auth.TextFile+" and "+auth.RevokedFile+" there, once the disk takes writes")
	} else if asked {
		n.log.Info("the operator's token was asked to be taken back here, and is already: the one in its place holds")
	}
	if len(came) > 0 {
		n.log.Info("these tokens of the store are new here", "names", auth.Names(came))
	}
	if len(gone)+len(came) > 0 {
		n.warnOfTokens()
	}
	return nil
}

// applyTokens reads those of the store until no others were taken meanwhile: what was read
// before these could be older.
func (n *Node) applyTokens(ctx context.Context) (gone, came []auth.Token, err error) {
	for {
		taken := n.taken.times()
		catalogue, err := n.listTokens(ctx)
		if err != nil {
			return nil, nil, err
		}
		if gone, came, ok, err := n.taken.recall(n, catalogue, taken); ok {
			return gone, came, err
		}
	}
}
