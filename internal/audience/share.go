package audience

import (
	"context"
	"time"

	"matchstream/internal/store"
)

// # Over all nodes
//
// Each node tells the others once a second how many watch the matches of which that
// has changed, and every ten seconds a sketch of their users; once a minute, and
// when a node comes, it tells of all that are watched: messages may be lost. What a
// node has said of its watchers goes with it; its users and connects are in the
// store, which it has written them to.
//
// Now is the sum, with what edges report (edges.go). Users are merged. Connects are counted as sums.connects has it.
// The peak needs care: a watcher who goes from one node to another must not count
// twice, though both speak a second apart, or one is dead. So a node says, beside
// how many it has, how many it has held for the last one to two seconds: who has
// left counts no more at once, who has come counts later. The sum of those is never
// more than were there together. The most on one node alone is known exactly.

// Nodes are the other nodes; cluster.Members.
type Nodes interface {
	// Run is who this node is, different at each start.
	Run() string
	// Heard says how long ago another run was heard, and whether it is alive.
	Heard(run string) (ago time.Duration, alive bool)
	// Others is how many others are alive; joined rises when one comes.
	Others() (alive int, joined uint64)
}

const (
	topic        = "audience"
	tellEvery    = time.Second
	usersEvery   = 10 * time.Second
	repeatEvery  = time.Minute
	mostMessages = 16 // at once: what does not fit is told a second later
)

// Share begins to tell other nodes what is counted here, and to hear them, until
// Close; once at most. find gives the match of a key, nil if there is none.
func (l *Ledger) Share(nodes Nodes, find func(store.Key) *Match) {
	l.nodes = nodes
	l.shares.Store(true)
	for topic, hear := range map[string]func([]byte, func(store.Key) *Match){topic: l.hear, edgesTopic: l.hearEdges} {
		l.done.Go(func() {
			err := l.store.Subscribe(l.run, topic, func() {}, func(message []byte) { hear(message, find) })
			if l.run.Err() == nil {
				l.log.Error("the audience of other nodes is not heard any more", "cause", err)
			}
		})
	}
	l.done.Go(l.tellOthers)
}

// heard is Nodes.Heard; before there are any, nobody is alive.
func (l *Ledger) heard(run string) (time.Duration, bool) {
	if !l.shares.Load() {
		return 0, false
	}
	return l.nodes.Heard(run)
}

// tellOthers is the goroutine that does so. The crowds that are watched are its
// own.
func (l *Ledger) tellOthers() {
	tick := time.NewTicker(tellEvery)
	defer tick.Stop()
	watched := make(map[*crowd]bool)
	before := uint64(0)
	for {
		select {
		case <-tick.C:
		case <-l.run.Done():
			return
		}
		l.others.forgetNodes(l.heard)
		alive, joined := l.nodes.Others()
		for c := range watched {
			if !c.ticks(joined != before) {
				delete(watched, c)
			}
		}
		before = joined
		l.tellNews(watched, alive > 0)
		l.tellEdges(alive > 0)
	}
}

// tellNews tells what is in the queue, if anybody is there to hear it.
func (l *Ledger) tellNews(watched map[*crowd]bool, anybody bool) {
	by := sender{l.nodes.Run(), l.key.id()}
	message := by.begin()
	send := func() {
		l.publish(topic, message)
		message = by.begin()
	}
	empty := len(message)
	for sent := 0; sent < mostMessages; {
		p := l.news.pop()
		if p == nil {
			break
		}
		c := p.what.(*crowd)
		watched[c] = true
		n := c.news(anybody)
		if !anybody {
			continue
		}
		one := n.encode()
		if len(message)+len(one)+sealSize > store.MaxMessage {
			send()
			sent++
		}
		message = append(message, one...)
	}
	if len(message) > empty {
		send()
	}
}

// publish a message. One that is lost is no harm: all is told again.
func (l *Ledger) publish(topic string, message []byte) {
	ctx, cancel := context.WithTimeout(l.run, tellEvery)
	defer cancel()
	l.store.Publish(ctx, topic, seal(message)) //nolint:errcheck // it is told again within a minute
}
