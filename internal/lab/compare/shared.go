package compare

import (
	"slices"
	"time"
)

// soon is how long behind his last request a user may connect to watch.
const soon = time.Minute

// share sorts out an address with several users, as the machine of a lab is: streams by
// their ids, or each for itself, and requests by their ports, since one connection is
// one user's. Such a strand of requests belongs to the stream on its own connection,
// else to the first that began behind it and has none yet: simulators on one machine
// are alike, so that it does not matter whose it is, as long as each has one. Streams
// that resume have come without requests. What has no port can be nobody's.
func (l *Log) share(all []entry, named map[string]way) (ways []way) {
	strands := map[uint16]way{}
	var streams []entry
	for _, e := range all {
		switch {
		case e.stream:
			streams = append(streams, e)
		case e.port != 0:
			strands[e.port] = append(strands[e.port], e)
		default:
			l.loose++
		}
	}
	var free []way
	for _, s := range strands {
		free = append(free, split(s)...)
	}
	slices.SortFunc(free, func(a, b way) int { return a.last().Compare(b.last()) })
	taken, of := make([]bool, len(free)), map[uint16][]int{}
	for i, w := range free {
		of[w[0].port] = append(of[w[0].port], i)
	}
	mine := func(s entry) way {
		for _, i := range of[s.port] {
			if !taken[i] && within(free[i], s) {
				taken[i] = true
				return free[i]
			}
		}
		return nil
	}
	own := make([]way, len(streams))
	for i, s := range streams {
		own[i] = mine(s)
	}
	next := 0
	for i, s := range streams {
		if own[i] == nil && !s.position {
			for next < len(free) && (taken[next] || s.when.Sub(free[next].last()) > soon) {
				next++
			}
			if next < len(free) && within(free[next], s) {
				own[i], taken[next] = free[next], true
			}
		}
		w := append(slices.Clone(own[i]), s)
		if s.user != "" {
			named[s.user] = append(named[s.user], w...)
		} else {
			ways = append(ways, w)
		}
	}
	for i, w := range free {
		if !taken[i] {
			ways = append(ways, w)
		}
	}
	return ways
}

// last is when the last request of a strand came.
func (w way) last() time.Time { return w[len(w)-1].when }

// within says whether a stream came soon enough behind a strand to be the same user's.
func within(w way, s entry) bool {
	behind := s.when.Sub(w.last())
	return behind >= 0 && behind <= soon
}
