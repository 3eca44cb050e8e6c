package node

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"matchstream/internal/cluster"
	"matchstream/internal/pump"
)

// A node may be asked to be rid of its watchers while it goes on: before its
// machine is worked on, say. It answers requests as ever then, and takes events;
// only streams are others' to serve. What it does is what it does when it stops:
// readyz says 503, checkin names other nodes; after the delay, in which load
// balancers take note, who comes to watch is turned away (gate.Draining), and who
// watches is sent off, spread over the drain. Whoever takes nothing all that time is
// cut off a little later.
//
// Where no other node takes watchers they would have nowhere to go. To find that
// out is for whoever asks for it: Drain refuses, unless it is told to all the
// same. It is not looked at again later: a node that was drained, and took watchers
// again when the last of the others went, would be full of them when somebody comes
// to switch it off.

var (
	errStopping = errors.New("the node is stopping")
	errDraining = errors.New("the node is being drained: all of its watchers are leaving")
	errAlone    = errors.New("no other node takes watchers, so they would have nowhere to go; to drain it all the same: force")
)

// moves are the drains under way that somebody has asked for.
type moves struct {
	mu struct {
		sync.Mutex
		stops bool
		delay context.CancelFunc // of the last one; nil: there was none
	}
	running sync.WaitGroup
}

// Drain has the watchers leave within over, once --drain-delay is gone, and no
// others come until Undrain; it returns at once. force: even if no other node takes
// them. Asked again it begins anew, without a delay: the last one's time counts.
func (n *Node) Drain(over time.Duration, force bool) error {
	m := &n.moves
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.mu.stops:
		return errStopping
	case !force && !n.othersTake():
		return errAlone
	}
	delay := n.config.DrainDelay
	if m.mu.delay != nil {
		m.mu.delay()
	}
	if n.draining.Load() {
		delay = 0
	}
	ctx, cancel := context.WithCancel(context.Background())
	m.mu.delay = cancel
	n.draining.Store(true)
	n.members.Changed() // so that others send nobody here, or do again
	n.log.Info("draining on request", "watchers", n.watchers(), "delay", delay, "over", over)
	m.running.Go(func() { n.move(ctx, delay, over) })
	return nil
}

// move the watchers off, unless the delay is cut short: by Undrain, by another
// drain, or by the end.
func (n *Node) move(ctx context.Context, delay, over time.Duration) {
	select {
	case <-time.After(delay):
	case <-ctx.Done():
	}
	m := &n.moves
	m.mu.Lock()
	if ctx.Err() != nil {
		m.mu.Unlock()
		return
	}
	n.gate.Draining(true)
	for _, p := range n.pumps() {
		p.Drain(over)
	}
	m.mu.Unlock()
	limited, cancel := context.WithTimeout(context.Background(), over+stuck)
	defer cancel()
	n.drained(limited)
	m.mu.Lock()
	defer m.mu.Unlock()
	if ctx.Err() == nil {
		n.log.Info("drained", "watchers", n.watchers())
	}
}

// Undrain takes a drain back, and what is left of a shed: who is still here stays.
func (n *Node) Undrain() error {
	m := &n.moves
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.mu.stops {
		return errStopping
	}
	if m.mu.delay != nil {
		m.mu.delay()
		m.mu.delay = nil
	}
	for _, p := range n.pumps() {
		p.Undrain()
	}
	n.gate.Draining(false)
	if n.draining.Swap(false) {
		n.log.Info("the drain is taken back", "watchers", n.watchers())
		n.members.Changed()
	}
	return nil
}

// Shed has so many of a hundred watchers leave within over, and come back, to
// whatever node; it returns at once, with how many they are.
func (n *Node) Shed(percent int, over time.Duration) (told int, err error) {
	m := &n.moves
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.mu.stops:
		return 0, errStopping
	case n.draining.Load():
		return 0, errDraining
	}
	for _, p := range n.pumps() {
		told += p.Shed(percent, over)
	}
	n.log.Info("a share of the watchers is sent away", "watchers", n.watchers(), "ended", told, "over", over)
	return told, nil
}

// stop is called when the node is to stop: nothing of this begins any more.
func (m *moves) stop() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mu.stops = true
	if m.mu.delay != nil {
		m.mu.delay()
	}
}

// othersTake says whether another node takes watchers.
func (n *Node) othersTake() bool {
	return slices.ContainsFunc(n.members.Nodes(), func(m cluster.Node) bool { return !m.Self && !m.Draining })
}

// pumps of this node, each once.
func (n *Node) pumps() []pump.Pump {
	if n.epoll != nil {
		return []pump.Pump{n.epoll, n.portable}
	}
	return []pump.Pump{n.portable}
}
