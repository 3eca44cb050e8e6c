package pump

import "time"

// Straggler is the watcher who stands farthest behind, of those whose kernel
// has no room for more. The zero value: there is none.
type Straggler struct {
	Events int64         // that he has not been given whole
	Bytes  uint64        // that he has not been given
	Still  time.Duration // since he has last taken something
}

// before says whether another stands farther behind.
func (s Straggler) before(other Straggler) bool {
	if s.Events != other.Events {
		return s.Events < other.Events
	}
	return s.Still < other.Still
}
