package client

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

const (
	firstWait = 100 * time.Millisecond
	longest   = 5 * time.Second
	// longestAsked limits what a Retry-After may ask for.
	longestAsked = 30 * time.Second
)

// Backoff gives rising waits, up to longest, each shortened by a random part
// so that many clients do not come back at the same moment.
type Backoff struct{ wait time.Duration }

// NewBackoff begins with the shortest wait.
func NewBackoff() *Backoff { return &Backoff{wait: firstWait} }

// Next is how long to wait now, at least asked.
func (b *Backoff) Next(asked time.Duration) time.Duration {
	wait := b.wait/2 + rand.N(b.wait/2+1)
	b.wait = min(2*b.wait, longest)
	return max(wait, min(asked, longestAsked))
}

// RetryAfter is the header's seconds; 0 where there are none (dates are not
// used by this API).
func RetryAfter(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return min(time.Duration(seconds), longestAsked/time.Second) * time.Second
}
