package vitals

import (
	"math"
	"sync/atomic"
	"time"
)

// Durations counts durations. Its buckets end at a tenth of a millisecond and
// then at twice the one before; the last one does not end. The zero value is
// ready; any goroutine may observe and read.
type Durations struct{ counts [Buckets]atomic.Uint64 }

// Buckets there are.
const Buckets = 18

// Counts of a Durations, or of any other that has these buckets.
type Counts [Buckets]uint64

// bound is where a bucket ends, in seconds.
func bound(i int) float64 { return 0.0001 * float64(uint64(1)<<i) }

// Observe counts one.
func (d *Durations) Observe(took time.Duration) {
	i := 0
	for i < Buckets-1 && took.Seconds() > bound(i) {
		i++
	}
	d.counts[i].Add(1)
}

// Add what was counted to counts.
func (d *Durations) Add(to *Counts) {
	for i := range d.counts {
		to[i] += d.counts[i].Load()
	}
}

// Window is the durations of the recent past, in so many seconds: what was
// counted since, as differences of counts.
type Window struct {
	read func(*Counts)
	past []Counts // one a second, the oldest at next
	next int
	sum  Counts // over the window
	now  Counts // what was read last
}

// Recent is the window over the last so many seconds; read adds to counts that
// are zero. Its first reader moves it on, so one must not be read without the
// others, nor twice a tick.
func Recent(seconds int, read func(*Counts)) *Window {
	return &Window{read: read, past: make([]Counts, seconds)}
}

// Quantiles are readers, one for each of qs, of which the first moves the
// window on: add them in this order. NaN: nothing has happened lately.
func (w *Window) Quantiles(qs ...float64) []Reader {
	all := make([]Reader, len(qs))
	for i, q := range qs {
		all[i] = func(elapsed float64) float64 {
			if i == 0 {
				w.move(elapsed == 0)
			}
			return quantile(q, &w.sum)
		}
	}
	return all
}

func (w *Window) move(first bool) {
	w.now = Counts{}
	w.read(&w.now)
	if first {
		for i := range w.past {
			w.past[i] = w.now
		}
		return
	}
	oldest := &w.past[w.next]
	for i, n := range w.now {
		w.sum[i] = n - min(oldest[i], n)
	}
	*oldest = w.now
	w.next = (w.next + 1) % len(w.past)
}

// quantile within the bucket that it lies in; the bound of the last one that
// ends, if it lies behind that.
func quantile(q float64, c *Counts) float64 {
	var all uint64
	for _, n := range c {
		all += n
	}
	if all == 0 {
		return math.NaN()
	}
	rank, below := q*float64(all), 0.0
	for i, n := range c[:Buckets-1] {
		if n > 0 && below+float64(n) >= rank {
			start := 0.0
			if i > 0 {
				start = bound(i - 1)
			}
			return start + (bound(i)-start)*(rank-below)/float64(n)
		}
		below += float64(n)
	}
	return bound(Buckets - 2)
}
