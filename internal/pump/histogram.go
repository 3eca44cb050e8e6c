package pump

import (
	"sync/atomic"
	"time"
)

// Histogram counts durations. The zero value is ready; any goroutine may
// observe and read.
type Histogram struct {
	counts [len(bounds) + 1]atomic.Uint64
	nanos  atomic.Int64
}

// bounds of the buckets: from a tenth of a millisecond, doubling.
var bounds = func() (b [17]time.Duration) {
	for i := range b {
		b[i] = 100 * time.Microsecond << i
	}
	return b
}()

func (h *Histogram) observe(d time.Duration) {
	i := 0
	for i < len(bounds) && d > bounds[i] {
		i++
	}
	h.counts[i].Add(1)
	h.nanos.Add(int64(d))
}

// Buckets are the bounds, the number of durations up to each (those above the
// last are in Count only), and all of them with their sum.
func (h *Histogram) Buckets() (upTo map[time.Duration]uint64, count uint64, sum time.Duration) {
	upTo = make(map[time.Duration]uint64, len(bounds))
	for i := range h.counts {
		count += h.counts[i].Load()
		if i < len(bounds) {
			upTo[bounds[i]] = count
		}
	}
	return upTo, count, time.Duration(h.nanos.Load())
}
