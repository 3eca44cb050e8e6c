package replay

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

// backoff gives rising waits, up to longest, each shortened by a random part
// so that many players do not come back at the same moment.
type backoff struct{ wait time.Duration }

func newBackoff() *backoff { return &backoff{wait: firstWait} }

// next is how long to wait now, at least asked.
func (b *backoff) next(asked time.Duration) time.Duration {
	wait := b.wait/2 + rand.N(b.wait/2+1)
	b.wait = min(2*b.wait, longest)
	return max(wait, min(asked, longestAsked))
}

// retryAfter is the header's seconds; 0 where there are none (dates are not
// used by this API).
func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return min(time.Duration(seconds), longestAsked/time.Second) * time.Second
}
