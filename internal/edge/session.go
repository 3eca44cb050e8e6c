package edge

import (
	"maps"
	"sync"
	"time"
)

// session is one connection to the stream of all matches.
type session struct {
	*Store
	mu struct {
		sync.Mutex
		// heard is what the stream has told lately, and when, "team/elp" and "match/…":
		// newer than a list that was asked for meanwhile.
		heard map[string]time.Time
		last  time.Time     // when something came at all
		pause time.Duration // the last that was longer than stalled: the heartbeat, if it is the same again
	}
}

const (
	// settled is after how long every node of an origin that is there has what the
	// stream has told: a list that does not name it then is right. A stream that
	// stalled may not have told that it is gone.
	settled = 10 * time.Second
	// stalled is how long a stream may be silent and still have told everything: its
	// heartbeat is shorter, unless it comes again and again after the same pause, give or
	// take steady (an origin's --heartbeat may be as long as silent). One that was silent
	// for longer may have been moved forward, over what is gone.
	stalled = 20 * time.Second
	steady  = time.Second
)

// hears notes at what time something came of the stream.
func (n *session) hears(now time.Time) {
	n.vital.hears()
	n.mu.Lock()
	defer n.mu.Unlock()
	if pause := now.Sub(n.mu.last); !n.mu.last.IsZero() && pause > stalled {
		if (pause - n.mu.pause).Abs() > steady {
			n.lookAgain()
		}
		n.mu.pause = pause
	}
	n.mu.last = now
}

// settle forgets what was heard so long ago that a list asked for now knows it.
func (n *session) settle(now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	maps.DeleteFunc(n.mu.heard, func(_ string, at time.Time) bool { return now.Sub(at) >= settled })
}

// newer does f for what the stream tells: no list may take it back.
func (n *session) newer(what string, f func() error) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.mu.heard[what] = time.Now()
	return f()
}

// older does f for what a list says, unless the stream has told something newer.
func (n *session) older(what string, f func() error) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, newer := n.mu.heard[what]; newer {
		return nil
	}
	return f()
}
