package vitals

import (
	"math"
	"runtime/metrics"
)

// Runtime reads what Go's runtime knows of itself. Its readers share one
// reading a tick, which Memory makes: add it first.
type Runtime struct {
	samples [5]metrics.Sample
	pauses  []uint64 // counts when it was read last
	worst   [pauseWindow]float64
	next    int
}

// pauseWindow is over how many seconds the longest pause is told.
const pauseWindow = 60

// NewRuntime makes one.
func NewRuntime() *Runtime {
	r := &Runtime{}
	for i, name := range []string{"/memory/classes/total:bytes", "/memory/classes/heap/released:bytes",
		"/memory/classes/heap/objects:bytes", "/sched/goroutines:goroutines", "/sched/pauses/total/gc:seconds"} {
		r.samples[i].Name = name
	}
	return r
}

func (r *Runtime) number(i int) float64 {
	if r.samples[i].Value.Kind() != metrics.KindUint64 {
		return math.NaN()
	}
	return float64(r.samples[i].Value.Uint64())
}

// Memory is how many bytes the runtime has from the system: what GOMEMLIMIT
// limits.
func (r *Runtime) Memory(float64) float64 {
	metrics.Read(r.samples[:])
	return r.number(0) - r.number(1)
}

// Heap is how many of them objects take, dead ones that are not yet collected
// included.
func (r *Runtime) Heap(float64) float64 { return r.number(2) }

// Goroutines is how many there are.
func (r *Runtime) Goroutines(float64) float64 { return r.number(3) }

// Pause is for how many seconds, at most, the garbage collector stopped all of
// the program at once within the last minute.
func (r *Runtime) Pause(float64) float64 {
	if r.samples[4].Value.Kind() != metrics.KindFloat64Histogram {
		return math.NaN()
	}
	h := r.samples[4].Value.Float64Histogram()
	first := len(r.pauses) != len(h.Counts)
	if first {
		r.pauses = make([]uint64, len(h.Counts))
	}
	longest := 0.0
	for i, n := range h.Counts {
		if n > r.pauses[i] && !first {
			longest = h.Buckets[i+1]
			if math.IsInf(longest, 1) {
				longest = h.Buckets[i]
			}
		}
		r.pauses[i] = n
	}
	r.worst[r.next] = longest
	r.next = (r.next + 1) % pauseWindow
	for _, p := range r.worst {
		longest = max(longest, p)
	}
	return longest
}
