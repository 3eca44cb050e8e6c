package node

import (
	"context"
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
func (n *Node) recallTokens(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, reloading)
	defer cancel()
	catalogue, err := n.listTokens(limited)
	if err != nil {
		return err
	}
	n.applying.Lock()
	defer n.applying.Unlock()
	gone, came, err := n.tokens.Recall(catalogue)
	if err != nil { // it does not get better by being read again
		n.log.Error("the store's tokens have changed, and cannot be used: those before hold on", "cause", err)
		return nil
	}
	if len(gone) > 0 {
		n.log.Info("these tokens are revoked", "names", auth.Names(gone))
	}
	if len(came) > 0 {
		n.log.Info("these tokens of the store are new here", "names", auth.Names(came))
	}
	asked, err := auth.Forget(n.config.Data, gone)
	if err != nil {
		n.log.Error("a token is revoked, but something of it is left in the data folder", "cause", err, "folder", n.config.Data,
			"do", "remove "+auth.TextFile+" and "+auth.RevokedFile+" there, once the disk takes writes")
	} else if asked {
		n.log.Info("the operator's token was asked to be taken back here, and is already: the one in its place holds")
	}
	if len(gone)+len(came) > 0 {
		n.warnOfTokens()
	}
	return nil
}
