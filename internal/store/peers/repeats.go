package peers

import (
	"regexp"
	"sync"
	"time"
)

// What is wrong with a connection the server says at each try, several times a second.
// It is told once, and now and then while it lasts.

// repeats are what was told not long ago, by cause. For any goroutine.
type repeats struct {
	mu   sync.Mutex
	told map[string]time.Time
}

// farEnd is the other end of a connection, with a number that is new each time, as the
// server puts it before what it says of it; the port is that of either end.
var farEnd = regexp.MustCompile(`^(.+):\d+ - [a-z]*id:\d+ - `)

// repeated says whether the same was told less than a while ago, of whatever connection
// to that host; else it is told now.
func (r *repeats) repeated(text string) bool {
	found := farEnd.FindStringSubmatch(text)
	if found == nil {
		return false
	}
	cause := found[1] + " " + text[len(found[0]):]
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if at, ok := r.told[cause]; ok && now.Sub(at) < remind {
		return true
	}
	for c, at := range r.told {
		if now.Sub(at) >= remind {
			delete(r.told, c)
		}
	}
	if r.told == nil {
		r.told = make(map[string]time.Time)
	}
	r.told[cause] = now
	return false
}
