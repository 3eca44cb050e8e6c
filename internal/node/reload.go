package node

import (
	"context"
	"errors"
	"fmt"
	"time"

	"matchstream/internal/auth"
	"matchstream/internal/store"
)

// reloading is how long the store may take to tell its tokens.
const reloading = 10 * time.Second

// Reload does what SIGHUP asks for: it looks again at what lies outside of the
// node and may have been changed or replaced: the access log, and the file of
// tokens. What cannot be had goes on as it was, and is logged. It waits for no
// write.
func (n *Node) Reload() {
	if err := n.access.Reopen(); err != nil {
		n.log.Error("not reloaded: the access log goes on where it was", "cause", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), reloading)
	defer cancel()
	tokens, err := n.readTokens(ctx)
	if err != nil {
		n.log.Error("not reloaded: the tokens before hold on", "cause", err)
		return
	}
	n.tokens.Replace(tokens)
	n.log.Info("the tokens are read anew", "records", n.tokens.Len())
	n.warnOfStored()
}

// warnOfStored says that tokens hold which nobody has given this time: whoever
// takes a token of the same name out of the file has the old one back.
func (n *Node) warnOfStored() {
	if given := n.config.Tokens != "" || n.config.OperatorToken != ""; given && len(n.tokens.Stored()) > 0 {
		n.log.Warn("a token made at an earlier start holds too", "names", n.tokens.Stored(), "do", "to replace it, give one of the same name")
	}
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
