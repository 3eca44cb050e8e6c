package audience

import "time"

// shared is what a crowd has beside, to be counted over all nodes. Its fields
// are under the crowd's lock.
type shared struct {
	telling pending   // in the queue of what other nodes are to be told
	asked   bool      // it is in it
	fresh   bool      // there are users whom the others were not told of
	low     [2]int64  // the fewest in this second, and in the one before
	held    int64     // so many were there through the last one to two seconds
	told    said      // last, and when
	usersAt time.Time // when users were
	newest  connects  // the newest of the store's entries that another node knew
	highest uint64    // connects over all nodes, as far as it was ever known
}

// tell queues it to be told to other nodes. Locked.
func (c *crowd) tell() {
	if c.shared == nil && c.ledger.shares.Load() {
		c.shared = &shared{telling: pending{what: c}, fresh: c.mu.users.some()}
	}
	if s := c.shared; s != nil && !s.asked {
		s.asked = true
		c.ledger.news.push(&s.telling)
	}
}

// adds a user. Locked.
func (c *crowd) adds(hash uint64) {
	if c.mu.users.add(hash) && c.shared != nil {
		c.shared.fresh = true
	}
}

// most is how often people came, over all nodes: as is known now, or was known
// before.
func (c *crowd) most(all *sums, own connects, doubt bool) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.shared
	if s == nil {
		return all.connects(own, doubt)
	}
	all.each = append(all.each, s.newest)
	s.highest = max(s.highest, all.connects(own, doubt))
	return s.highest
}

// heard is what another node says of this match.
func (c *crowd) heard(by said, users *sketch) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mu.users.merge(users)
	c.mu.peak = max(c.mu.peak, by.peak)
	if s := c.shared; s != nil && by.revision > s.newest.revision {
		s.newest = connects{known: by.known, revision: by.revision}
	}
}

// ticks once a second: it looks how many there are over all nodes, and whether
// there is something to tell. False: there is nobody, and all is told.
func (c *crowd) ticks(newcomer bool) bool {
	all := c.ledger.others.sum(c.key, c.ledger.heard)
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.shared
	s.held = min(s.low[0], s.low[1])
	s.low = [2]int64{c.mu.now, s.low[0]}
	c.mu.peak = max(c.mu.peak, s.held+all.held)
	here := c.mu.now+all.edges > 0 && !c.mu.gone
	switch {
	case newcomer && here:
		s.fresh, s.usersAt = true, time.Time{}
		c.tell()
	case c.mu.gone:
	case s.news(c), here && time.Since(s.told.at) >= repeatEvery, s.fresh && time.Since(s.usersAt) >= usersEvery:
		c.tell()
	}
	return here || s.asked || s.fresh && !c.mu.gone
}

// news: what was told last is true no more. Locked.
func (s *shared) news(c *crowd) bool {
	return c.mu.now != s.told.now || min(s.held, c.mu.now) != s.told.held || c.mu.peak != s.told.peak
}

// news is what is to be told now, of watchers here (edges': edgenews.go); if nobody is there to hear it, it counts as told.
func (c *crowd) news(anybody bool) news {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, now := c.shared, time.Now()
	n := news{key: c.key}
	if !c.mu.gone {
		n.said = said{now: c.mu.now, held: min(s.held, c.mu.now), peak: c.mu.peak,
			connects: connects{c.mu.known, c.mu.added, c.mu.revision}}
		if s.fresh && now.Sub(s.usersAt) >= usersEvery {
			s.fresh, s.usersAt = false, now
			if anybody {
				n.users = c.mu.users.encode(nil)
			}
		}
	}
	s.asked, s.told = false, n.said
	s.told.at = now
	return n
}
