package node

import (
	"context"
	"errors"
	"sync"
	"time"
)

// stuck is how long, beyond the drain, those may take who take nothing.
const stuck = 5 * time.Second

// Shutdown stops the node: readyz says 503; after the delay no new connections
// are taken and all streams end at a frame border, spread over the drain; then
// the store is closed. When ctx is done before, what is left is cut off, but
// the store is closed properly all the same. Later calls wait for the first.
func (n *Node) Shutdown(ctx context.Context) error {
	n.stopOnce.Do(func() {
		n.stopErr = n.stop(ctx)
		close(n.done)
	})
	<-n.done
	return n.stopErr
}

// Done is closed when the node has stopped.
func (n *Node) Done() <-chan struct{} { return n.done }

func (n *Node) stop(ctx context.Context) error {
	n.moves.stop()
	n.draining.Store(true)
	n.members.Changed() // so that others send nobody here
	n.log.Info("draining", "watchers", n.watchers(), "delay", n.config.DrainDelay, "over", n.config.Drain)
	select {
	case <-time.After(n.config.DrainDelay):
	case <-ctx.Done():
	}
	n.closeTCP()
	if n.epoll != nil {
		n.epoll.Shut()
	}
	n.gate.Close()
	ctx, cancel := context.WithTimeout(ctx, n.config.Drain+stuck)
	defer cancel()
	// Closes the listeners at once; requests that are being answered go on.
	requests, closed := make(chan error, 1), make(chan struct{})
	n.http.RegisterOnShutdown(func() { close(closed) })
	go func() { requests <- n.http.Shutdown(ctx) }()
	<-closed // or those who are sent away first would be let in again
	n.drainPumps(ctx, n.config.Drain)
	if err := <-requests; err != nil {
		n.http.Close()
	} else {
		n.gate.Handed()
		n.drainPumps(ctx, 0) // those who came in while the doors were closing
	}
	n.admin.Close()
	n.serving.Wait()
	n.moves.running.Wait()
	n.vitals.Close()
	defer n.log.Info("stopped")
	return n.release()
}

// release closes what has been opened, the last first.
func (n *Node) release() error {
	n.closeTCP()
	if n.listeners.http != nil {
		n.listeners.http.Close() // first: the pump waits for those it has passed on
	}
	if n.pump != nil {
		n.pump.Close()
		n.portable.Close()
	}
	if n.listeners.admin != nil {
		n.listeners.admin.Close()
	}
	if n.certs != nil {
		n.certs.Close()
	}
	err := n.access.Close() // the end of every connection is in it
	if n.members != nil {
		n.members.Close()
	}
	if n.keeping.stop != nil {
		n.keeping.stop()
		n.keeping.Wait()
	}
	if n.live != nil {
		n.live.Close()
	}
	if n.store != nil {
		err = errors.Join(err, n.store.Close())
	}
	return err
}

func (n *Node) closeTCP() {
	for _, p := range n.listeners.tcp {
		if p.listener != nil {
			p.listener.Close()
		}
	}
}

// drainPumps ends all streams; both pumps at once.
func (n *Node) drainPumps(ctx context.Context, over time.Duration) {
	for _, p := range n.pumps() {
		p.Drain(over)
	}
	n.drained(ctx)
}

// drained waits until no stream is left.
func (n *Node) drained(ctx context.Context) {
	var both sync.WaitGroup
	for _, p := range n.pumps() {
		both.Go(func() { p.Drained(ctx) })
	}
	both.Wait()
}
