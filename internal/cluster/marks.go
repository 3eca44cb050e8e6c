package cluster

import "time"

// marks are the newest records that any node had heard of at the last few looks.
// A node that has not come so far since, lags.
type marks struct {
	looks [4]struct {
		at     time.Time
		newest uint64
	}
	rose time.Time // when there was something newer last
}

// lags is how long after another a node may hear of a record: that of a heartbeat,
// and some for the way.
const lags = 3 * time.Second

// held is for how long that is held against a node when nothing newer comes: the
// record may have been removed, with its match, before the node came to it.
const held = time.Minute

// note what is the newest now.
func (s *marks) note(now time.Time, newest uint64) {
	last := len(s.looks) - 1
	if newest != s.looks[last].newest {
		s.rose = now
	}
	copy(s.looks[:], s.looks[1:])
	s.looks[last].at, s.looks[last].newest = now, newest
}

// due is what every node should have heard of by now.
func (s *marks) due(now time.Time) (mark uint64) {
	if now.Sub(s.rose) >= held {
		return 0
	}
	for _, look := range s.looks {
		if !look.at.IsZero() && now.Sub(look.at) >= lags {
			mark = max(mark, look.newest)
		}
	}
	return mark
}
