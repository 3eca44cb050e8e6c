package node

import (
	"context"
	"fmt"
	"time"
)

// reloading is how long the store and the files may take to tell what they have.
const reloading = 10 * time.Second

// Reload does what SIGHUP asks for: it looks again at what lies outside of the
// node and may have been changed or replaced: the access log, the certificate, and the tokens.
// What cannot be had goes on as it was, and is logged. It waits for no write, and
// for nothing at all once ctx is done: whoever is to stop does not wait for a
// disk.
func (n *Node) Reload(ctx context.Context) {
	limited, cancel := context.WithTimeoutCause(ctx, reloading, fmt.Errorf("no answer within %s", reloading))
	defer cancel()
	_, err := within(limited, func() (struct{}, error) { return struct{}{}, n.access.Reopen() })
	if err != nil && ctx.Err() == nil {
		n.log.Error("not reloaded: the access log goes on where it was", "cause", err)
	}
	if n.certs != nil { // it says itself what is wrong
		_, _ = within(limited, func() (struct{}, error) { return struct{}{}, n.certs.Reload() })
	}
	defer n.tokensChanged("") // the store's may have changed behind what was found
	found, err := within(limited, func() (*found, error) { return n.findTokens(limited) })
	if ctx.Err() != nil {
		return // it is being stopped
	}
	if err != nil {
		n.log.Error("not reloaded: the tokens before hold on", "cause", err)
		return
	}
	gone := n.taken.replace(n, found.tokens)
	n.log.Info("the tokens are read anew", "records", n.tokens.Len())
	if len(gone) > 0 {
		n.log.Info("these tokens are revoked", "names", gone)
	}
	if found.takenBack && found.file != "" {
		n.log.Info("a new operator's token is made", "file", found.file)
	}
	n.warnOfTokens()
}

// within waits for f, but no longer than for ctx: what f is stuck in may not know
// of ctx, like the opening of a file on a disk that is gone.
func within[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	came := make(chan result, 1)
	go func() {
		value, err := f()
		came <- result{value, err}
	}()
	select {
	case r := <-came:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}
