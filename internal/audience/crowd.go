package audience

import (
	"context"
	"errors"
	"sync"

	"matchstream/internal/store"
)

// crowd is the audience of a match that is watched, or was until lately.
type crowd struct {
	pending
	ledger *Ledger
	key    store.Key
	shared *shared // what it takes to tell other nodes; nil before there are any; under mu

	mu struct {
		sync.Mutex
		now, peak int64
		users     sketch
		known     uint64 // connects that the store has
		added     uint64 // and those that it lacks; 0: it lacks nothing at all
		untold    uint64 // connects that the server of this edge was not told
		revision  uint64 // of the store's entry; 0: there is none
		state
		reported bool // that server was told last that somebody watches
	}
}

// state of what is written behind: a crowd, or a shard of the users.
type state struct {
	loaded bool // what the store has is part of it
	queued bool // it is going to be written
	doubt  bool // a write had no answer: the store may have more than is known
	unkept bool // nothing is to be written: the store's entry is a newer program's, or deleted
	gone   bool // given up: whoever comes is counted elsewhere
}

func newCrowd(l *Ledger, key store.Key) *crowd {
	c := &crowd{ledger: l, key: key}
	c.pending.what = c
	return c
}

// join counts somebody in; false if this crowd is given up.
func (c *crowd) join(hasUser bool, hash uint64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mu.gone {
		return false
	}
	c.mu.now++
	c.mu.peak = max(c.mu.peak, c.mu.now)
	c.mu.added++
	c.mu.untold++
	if hasUser {
		c.adds(hash)
	}
	c.changed()
	c.tell()
	return true
}

// changed queues it to be written. Locked.
func (c *crowd) changed() {
	if !c.mu.queued && c.ledger.keeps {
		c.mu.queued = true
		c.ledger.matches.push(&c.pending)
	}
}

func (c *crowd) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mu.now--
	if s := c.shared; s != nil {
		s.low[0] = min(s.low[0], c.mu.now)
	}
	c.tell()
}

func (c *crowd) figures() Figures {
	c.mu.Lock()
	own, doubt := connects{c.mu.known, c.mu.added, c.mu.revision}, c.mu.doubt
	now, peak := c.mu.now, c.mu.peak
	users := c.mu.users.clone()
	c.mu.Unlock()
	all := c.ledger.others.sum(c.key, c.ledger.heard)

	f := Figures{Now: now + all.now, Peak: max(peak, all.peak, now), Connects: c.most(&all, own, doubt), Users: users.estimate()}
	return f
}

// rest gives the crowd up if nobody is there and all is written.
func (c *crowd) rest() bool {
	edges := c.ledger.others.sum(c.key, c.ledger.heard).edges
	c.mu.Lock()
	defer c.mu.Unlock()
	told := c.mu.untold == 0 || !c.ledger.reports.Load()
	if c.mu.now+edges == 0 && !c.mu.queued && (c.shared == nil || !c.shared.asked) && told && (c.mu.added == 0 || c.mu.unkept || !c.ledger.keeps) {
		c.mu.gone = true
	}
	return c.mu.gone
}

// end gives the crowd up: its match was deleted.
func (c *crowd) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tell() // that nobody is there any more
	c.mu.gone = true
}

// load makes what the store has a part of it, if it is not yet.
func (c *crowd) load(ctx context.Context) error {
	c.mu.Lock()
	loaded := c.mu.loaded
	c.mu.Unlock()
	if loaded || !c.ledger.keeps {
		return nil
	}
	e, err := c.ledger.get(ctx, entryOf(c.key))
	if err != nil {
		return err
	}
	var has counted
	if e.Revision != 0 {
		if has, err = parseCounted(e.Value); err != nil && c.ledger.tried.first(e) {
			c.ledger.log.Error("what was counted of the audience of a match is lost", "match", c.key.Match, "key", e.Key, "cause", err)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mu.loaded {
		return nil // somebody was faster, and may have written since
	}
	c.mu.loaded = true
	if e.Revision == 0 && c.mu.revision != 0 {
		c.mu.unkept = true // another node deleted the match
		return nil
	}
	c.mu.unkept = errors.Is(err, errNewer)
	c.mu.revision = e.Revision
	c.mu.peak = max(c.mu.peak, has.peak)
	c.mu.users.merge(&has.users)
	c.mu.added = lacking(c.mu.known, c.mu.added, has.connects, c.mu.doubt)
	c.mu.known, c.mu.doubt = has.connects, false
	return nil
}

// lacking is how much of a count the store lacks, which has this much now: as
// much as it lacked before, unless a write had no answer. See: Never twice.
func lacking(known, added, has uint64, doubt bool) uint64 {
	if !doubt {
		return added
	}
	return max(known+added, has) - has
}
