package cluster

import (
	"context"
	"time"
)

// beat is the goroutine that says once a second that this node is there, and sees
// who is gone. It begins when this node hears: who hears of it first, answers.
func (m *Members) beat(ready <-chan struct{}) {
	tick := time.NewTicker(Every)
	defer tick.Stop()
	for range cap(ready) {
		select {
		case <-ready:
		case <-tick.C: // the store is not there yet; it is tried all the same
		case <-m.life.Done():
			return
		}
	}
	silent := false
	for {
		ctx, cancel := context.WithTimeout(m.life, Every)
		err := m.say(ctx, false)
		cancel()
		if m.life.Err() != nil {
			return
		}
		if err != nil && !silent {
			m.log.Warn("other nodes cannot be told that this one is there; they take it for gone", "cause", err)
		} else if err == nil && silent {
			m.log.Info("other nodes are told again that this one is there")
		}
		silent = err != nil
		select {
		case <-tick.C:
			m.look()
		case <-m.changed:
		case <-m.life.Done():
			return
		}
	}
}

// say that this node is there, or leaves.
func (m *Members) say(ctx context.Context, leaving bool) error {
	o, load := m.options, m.options.Load()
	m.mu.Lock()
	m.mu.seq++
	seq := m.mu.seq
	m.mu.Unlock()
	b := beat{V: form, Name: o.Name, Run: m.run, Seq: seq, Version: o.Version, Host: o.Host, HTTP: o.HTTP, URL: o.URL, TCP: o.TCP, TLS: o.TLS,
		Watchers: load.Watchers, Limit: load.Limit, Draining: load.Draining, Leaving: leaving, Heard: load.Heard}
	err := m.options.Messages.Publish(ctx, beatTopic, b.encode())
	if err == nil {
		m.Counts.Sent.Add(1)
	}
	return err
}

// look who is gone, once a second, and forget those who have been for long.
func (m *Members) look() {
	own := m.options.Load().Heard
	now := time.Now()
	m.mu.Lock()
	newest := own
	var gone []beat
	for run, k := range m.mu.known {
		switch {
		case k.alive(now):
			newest = max(newest, k.said.Heard)
		case now.Sub(k.heard) >= forgotten, k.replaced && now.Sub(k.heard) >= Gone:
			delete(m.mu.known, run)
		case !k.missed && !k.replaced:
			k.missed = true
			gone = append(gone, k.said)
		}
	}
	m.mu.marks.note(now, newest)
	m.mu.Unlock()
	for _, b := range gone {
		if !b.Leaving {
			m.log.Warn("a node is gone", "name", b.Name, "address", b.Host, "cause", "it has said nothing for "+Gone.String())
		}
	}
}

// forgotten is after how long nobody is told any more that a node is gone.
const forgotten = 10 * time.Minute
