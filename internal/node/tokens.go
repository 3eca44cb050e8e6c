package node

import (
	"context"
	"errors"
	"fmt"

	"matchstream/internal/auth"
	"matchstream/internal/store"
	"matchstream/internal/store/embedded"
)

// found is what there is of tokens.
type found struct {
	tokens    *auth.Tokens
	file      string // where the text lies of the token that the node made; "": nowhere
	takenBack bool   // that which there was before
}

func (n *Node) loadTokens(ctx context.Context) error {
	found, err := n.findTokens(ctx)
	if err != nil {
		return err
	}
	n.tokens, n.tokenFile = found.tokens, found.file
	n.warnOfTokens()
	return nil
}

// findTokens gathers those of the file, the environment and the store, in which
// there is one at least if the others give none; and removes from the store what
// is taken back, or superseded.
func (n *Node) findTokens(ctx context.Context) (f *found, err error) {
	n.finding.Lock() // one that nobody waits for any more may be at it still
	defer n.finding.Unlock()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	f = &found{}
	if f.takenBack, err = auth.TakeBack(ctx, n.store, n.config.Data); err != nil {
		return nil, err
	}
	if f.takenBack {
		n.log.Info("the operator's token of an earlier start is taken back, as it was asked for")
	}
	if n.config.Tokens == "" && n.config.OperatorToken == "" && n.edge == nil {
		f.file, err = auth.FirstStart(ctx, n.store, n.config.Data)
		if errors.Is(err, auth.ErrTextGone) {
			n.log.Warn("the operator's token cannot be shown", "cause", err)
		} else if err != nil {
			return nil, err
		}
	}
	if f.tokens, err = n.readTokens(ctx); err != nil {
		return nil, err
	}
	if err := auth.Supersede(ctx, n.store, n.config.Data, f.tokens); err != nil {
		// It does not hold now; but it would without the one that has its name.
		n.log.Error("an operator's token of an earlier start is replaced, but it cannot be removed yet", "cause", err,
			"do", "send SIGHUP again once the disk takes writes, before you take out the one that replaces it")
	}
	return f, nil
}

// readTokens gathers those of the file, the environment and the store.
func (n *Node) readTokens(ctx context.Context) (*auth.Tokens, error) {
	catalogue, err := n.store.List(ctx, auth.Prefix)
	if errors.Is(err, store.ErrDamaged) {
		n.log.Error("some tokens are lost; the others hold", "cause", err)
	} else if err != nil {
		return nil, fmt.Errorf("the tokens cannot be read: %w", err)
	}
	return auth.Load(n.config.Tokens, n.config.OperatorToken, catalogue)
}

// warnOfTokens says what may not be meant: tokens that hold which nobody has
// given this time, a file without any, and that nobody may write.
func (n *Node) warnOfTokens() {
	given := n.config.Tokens != "" || n.config.OperatorToken != ""
	if stored := n.tokens.Stored(); given && len(stored) > 0 {
		n.log.Warn("a token made at an earlier start holds too", "names", stored,
			"do", "to take it back: matchstream admin token revoke --name operator --data "+n.config.Data+", then SIGHUP; or give another of the same name")
	}
	if n.config.Tokens != "" && n.tokens.OfFile() == 0 {
		n.log.Warn("there is no token in the tokens file: all that it gave are revoked", "file", n.config.Tokens,
			"do", "if that is not meant, put the lines back and send SIGHUP")
	}
	if !n.tokens.Writable() && n.edge == nil {
		n.log.Warn("nobody may write: there is no token for it", "file", n.config.Tokens,
			"do", "put a line into the file (matchstream admin token new) and send SIGHUP")
	}
}

// RevokeOperator asks for the token that a server's first start has put into a
// data folder to be taken back: it does so at SIGHUP, or at its next start,
// before it opens a door. It cannot be done from outside, since the store is
// locked while a server runs.
func RevokeOperator(data string) error {
	if !embedded.Holds(data) {
		return fmt.Errorf("%s: expected the data folder of a server (with a file %s in it)", data, embedded.VersionFile)
	}
	return auth.AskToRevoke(data)
}
