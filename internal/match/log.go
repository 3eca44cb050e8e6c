package match

import (
	"slices"
	"sync/atomic"
)

// room says how much of the array under a Log is taken. States that follow
// each other share one array: the first to append behind its own end takes
// the free place there, any other has to copy. So a match folds in time that
// grows with its events and not with their square, and still no state sees
// what was appended to another.
type room struct{ taken atomic.Int64 }

// record appends an event that was played to the log of s.
func (s *State) record(e Event) {
	kept := keep(e)
	entry := Entry{Event: kept, Effective: kept}
	n := len(s.Log)
	if s.room != nil && cap(s.Log) > n && s.room.taken.CompareAndSwap(int64(n), int64(n+1)) {
		s.Log = s.Log[:n+1]
		s.Log[n] = entry
	} else {
		s.Log = append(slices.Clip(s.Log), entry)
		s.room = new(room)
		s.room.taken.Store(int64(n + 1))
	}
	s.LastID, s.LastTimestamp = e.ID, max(s.LastTimestamp, e.Timestamp)
}
