package audience

import (
	"errors"
	"fmt"

	"matchstream/internal/store"
)

// Report is what an edge says of the audience of one match, to the server that it
// follows. Whoever hears it counts the edge's watchers for 15 s, and what has come
// for good: connects are added to its own, users merged. So an edge repeats its
// report of each match that is watched there every few seconds, and connects are
// in one report only.
type Report struct {
	Match    string `json:"match" doc:"The match's id"`
	Epoch    string `json:"epoch" doc:"Its epoch"`
	Now      int64  `json:"now" minimum:"0" doc:"Watchers there, and on the edges behind it"`
	Connects uint64 `json:"connects,omitempty" doc:"How many came since the last report"`
	Users    []byte `json:"users,omitempty" doc:"Who they are: a sketch, under the server's key"`
	Round    uint64 `json:"-"` // which of the edge's reports it is, from 1 on; 0: that is not known
}

const (
	// mostNow and mostCame bound what one report may say.
	mostNow  = 1 << 32
	mostCame = 1 << 32
)

// ErrReport is an error of what was reported, not of who heard it.
var ErrReport = errors.New("audience: not a report")

// Report is what is to be told of a match by an edge; false if there is nothing
// to tell: that nobody is there any more is told once. taken notes that it was told:
// to be called when the server has it, or perhaps has it, since nothing may be counted
// twice. Until then connects are kept.
func (m *Match) Report(l *Ledger, key store.Key) (r Report, taken func(), ok bool) {
	c := m.crowd.Load()
	if c == nil || c == &ended {
		return Report{}, nil, false
	}
	l.reports.Store(true)
	all := l.others.sum(key, l.heard)
	c.mu.Lock()
	r = Report{Match: key.Match, Epoch: key.Epoch, Now: c.mu.now + all.now - all.edges + all.edgesFresh, Connects: min(c.mu.untold, mostCame)}
	ok = r.Now > 0 || r.Connects > 0 || c.mu.reported
	var users sketch
	if r.Connects > 0 {
		users = c.mu.users.clone()
	}
	c.mu.Unlock()
	if r.Connects > 0 {
		r.Users = seal(users.encode(begin()))
	}
	return r, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.mu.untold -= min(r.Connects, c.mu.untold)
		c.mu.reported = r.Now > 0
	}, ok
}

// HearEdge counts what an edge reports of this match. ErrReport: it is none.
func (m *Match) HearEdge(l *Ledger, key store.Key, edge string, r Report) error {
	if r.Now < 0 || r.Now > mostNow || r.Connects > mostCame {
		return fmt.Errorf("%w: expected now from 0 to %d and connects to %d", ErrReport, int64(mostNow), int64(mostCame))
	}
	var users sketch
	if len(r.Users) > 0 {
		body, err := unseal(r.Users)
		if err == nil {
			users, err = parseSketch(body)
		}
		if err != nil {
			return fmt.Errorf("%w: users: %w", ErrReport, err)
		}
	}
	if m.crowd.Load() == &ended {
		return nil
	}
	if !l.others.edge(edge, key, r.Round, r.Now, l.shares.Load()) {
		return fmt.Errorf("%w: there are too many edges, or matches of this one", ErrReport)
	}
	for {
		c := m.crowd.Load()
		switch {
		case c == nil && r.Now == 0 && r.Connects == 0:
			return nil // nobody is there, nor was
		case c == nil:
			m.crowd.CompareAndSwap(nil, newCrowd(l, key))
		case c == &ended || c.came(r.Connects, &users):
			return nil
		default: // it was given up this moment
			m.crowd.CompareAndSwap(c, nil)
		}
	}
}

// came counts people in who are elsewhere; false if this crowd is given up.
func (c *crowd) came(connects uint64, users *sketch) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mu.gone {
		return false
	}
	c.mu.added += connects
	c.mu.untold += connects
	c.mu.users.merge(users)
	if connects > 0 {
		c.changed()
	}
	if c.shared != nil && users.some() {
		c.shared.fresh = true
	}
	c.tell()
	return true
}

// Key is the value under which the key of all hashes lies in the catalogue, at
// KeyEntry: an edge that keeps it there, too, has users in common with its server.
func (l *Ledger) Key() []byte { return encodeKey(l.key) }

// KeyEntry is where the key of all hashes lies.
const KeyEntry = keyEntry
