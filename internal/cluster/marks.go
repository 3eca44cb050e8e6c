package cluster

import "time"

// marks are the newest records that any node had heard of at the last few looks.
// A node that has not come so far since, lags.
type marks [4]struct {
	at     time.Time
	newest uint64
}

// lags is how long after another a node may hear of a record: that of a heartbeat,
// and some for the way.
const lags = 3 * time.Second

// note what is the newest now.
func (s *marks) note(now time.Time, newest uint64) {
	copy(s[:], s[1:])
	s[len(s)-1].at, s[len(s)-1].newest = now, newest
}

// due is what every node should have heard of by now.
func (s *marks) due(now time.Time) (mark uint64) {
	for _, at := range s {
		if !at.at.IsZero() && now.Sub(at.at) >= lags {
			mark = max(mark, at.newest)
		}
	}
	return mark
}
