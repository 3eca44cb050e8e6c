package node

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"matchstream/internal/auth"
	"matchstream/internal/store"
)

// found is what there is of tokens.
type found struct {
	tokens    *auth.Tokens
	file      string               // where the text lies of the token that the node made; "": nowhere
	takenBack bool                 // that which there was before
	elsewhere *auth.ElsewhereError // where it lies then, if another node has made it; nil: it has not
}

func (n *Node) loadTokens(ctx context.Context) error {
	found, err := n.findTokens(ctx)
	if err != nil {
		return err
	}
	n.tokens, n.tokenFile = found.tokens, found.file
	if e := found.elsewhere; e != nil {
		n.log.Info("the operator's token is that of all nodes of the store: the node that made it has its text", "name", cmp.Or(e.Node, "not known"), "file", auth.TextFile)
	}
	n.warnOfTokens()
	return nil
}

// isGiven says whether the file or the environment are to give the tokens.
func (n *Node) isGiven() bool { return n.config.Tokens != "" || n.config.OperatorToken != "" }

// sharedName is this node's name where other nodes have the same tokens; "": it stands alone.
func (n *Node) sharedName() string {
	if !n.shared() {
		return ""
	}
	return n.config.Name
}

// findTokens gathers those of the file, the environment and the store, in which
// there is one at least if the others give none; and removes from the store what
// is taken back, or superseded.
func (n *Node) findTokens(ctx context.Context) (f *found, err error) {
	if err := n.find(ctx); err != nil {
		return nil, err
	}
	defer n.found()
	f = &found{}
	f.takenBack, err = n.takeBack(ctx)
	if errors.Is(err, auth.ErrTakenBefore) {
		f.takenBack = false // another node has
	} else if err != nil {
		return nil, err
	}
	if !n.isGiven() && n.edge == nil {
		f.file, err = auth.FirstStart(ctx, n.store, n.config.Data, n.sharedName())
		if errors.Is(err, auth.ErrTextGone) {
			n.log.Warn("the operator's token cannot be shown", "cause", err)
		} else if !errors.As(err, &f.elsewhere) && err != nil {
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

// find waits until nobody else looks for tokens: one for whom nobody waits any more may
// be at it still. found ends it.
func (n *Node) find(ctx context.Context) error {
	select {
	case n.finding <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (n *Node) found() { <-n.finding }

// takeBack does what the data folder asks for; false: it asks for nothing.
// auth.ErrTakenBefore: it asked for what another node has done.
func (n *Node) takeBack(ctx context.Context) (bool, error) {
	asked, err := auth.TakeBack(ctx, n.store, n.config.Data,
		auth.Taking{Known: n.tokens, Anew: !n.isGiven() && n.edge == nil, Node: n.sharedName()})
	if errors.Is(err, auth.ErrTakenBefore) {
		n.log.Info("the operator's token was asked to be taken back here, and is already: the one in its place holds")
	}
	if asked && err == nil {
		n.log.Info("the operator's token of an earlier start is taken back, as it was asked for")
	}
	return asked, err
}

// readTokens gathers those of the file, the environment and the store.
func (n *Node) readTokens(ctx context.Context) (*auth.Tokens, error) {
	catalogue, err := n.listTokens(ctx)
	if err != nil {
		return nil, err
	}
	return auth.Load(n.config.Tokens, n.config.OperatorToken, catalogue)
}

// listTokens are those of the store, and those that it has lost while they held here.
func (n *Node) listTokens(ctx context.Context) ([]store.Entry, error) {
	catalogue, err := n.store.List(ctx, auth.Prefix)
	if errors.Is(err, store.ErrDamaged) {
		n.log.Error("some tokens are lost; the others hold", "cause", err)
		catalogue, err = n.withLost(ctx, catalogue)
	}
	if err != nil {
		return nil, fmt.Errorf("the tokens cannot be read: %w", err)
	}
	return catalogue, nil
}

// warnOfTokens says what may not be meant: tokens that hold which nobody has
// given this time, a file without any, and that nobody may write.
func (n *Node) warnOfTokens() {
	if stored := n.tokens.Stored(); n.isGiven() && len(stored) > 0 {
		n.log.Warn("a token made at an earlier start holds too", "names", stored,
			"do", "to take one back: matchstream admin token revoke --name <name> --admin <admin address>; or give another of the same name")
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
