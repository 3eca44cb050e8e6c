package crowd

import (
	"math"
	"time"

	"matchstream/internal/lab"
)

const (
	waves   = 10  // how many groups come
	breaker = 0.2 // in which part of a wave's time all of it come
	crush   = 3   // the power of time by which a kick-off's crowd has come
)

// arrival is when, from the beginning, number i of n comes.
func arrival(how lab.Arrival, over time.Duration, i, n int) time.Duration {
	share := float64(i) / float64(n)
	switch how {
	case lab.KickOff: // so many have come by t: (t / over)³
		share = math.Pow(share, 1.0/crush)
	case lab.Waves:
		wave, within := math.Modf(share * waves)
		share = (wave + breaker*within) / waves
	}
	return time.Duration(share * float64(over))
}
