package pump

import (
	"sync/atomic"
	"time"
)

// histogram counts durations. The zero value is ready; any goroutine may
// observe and read.
type histogram struct {
	counts [buckets + 1]atomic.Uint64
	nanos  atomic.Int64
}

// buckets end at a tenth of a millisecond and then at twice the one before.
const (
	buckets     = 17
	firstBucket = 100 * time.Microsecond
)

func (h *histogram) observe(d time.Duration) {
	i := 0
	for i < buckets && d > firstBucket<<i {
		i++
	}
	h.counts[i].Add(1)
	h.nanos.Add(int64(d))
}

// add what was observed to the number of durations up to each bound (in
// seconds), and to the number and the sum of all.
func (h *histogram) add(upTo map[float64]uint64, count *uint64, sum *float64) {
	var n uint64
	for i := range h.counts {
		n += h.counts[i].Load()
		if i < buckets {
			upTo[(firstBucket << i).Seconds()] += n
		}
	}
	*count += n
	*sum += time.Duration(h.nanos.Load()).Seconds()
}

// Buckets are how many numbers DeliveryCounts and FanoutCounts give: of the
// durations up to a tenth of a millisecond, then up to twice the one before;
// the last is of all that took longer.
const Buckets = buckets + 1

// addCounts adds how many durations lie in each bucket.
func (h *histogram) addCounts(to *[Buckets]uint64) {
	for i := range h.counts {
		to[i] += h.counts[i].Load()
	}
}
