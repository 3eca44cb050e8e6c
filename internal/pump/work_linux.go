package pump

import (
	"sync/atomic"
	"time"
)

// work is what a loop has done. Only who holds the loop writes; any goroutine may read.
// It costs a reading of the clock for each time that the loop parks (that of coming back
// tells it the tick, too), and two for each round of walks. Times are since the pump began.
type work struct {
	woke  atomic.Int64  // when it has come back from the poller, in nanoseconds; 0: it waits there
	busy  atomic.Int64  // nanoseconds in which it did not wait, before that
	walks atomic.Uint64 // rounds of walks, those of publishers in its stead included
	spent atomic.Int64  // nanoseconds in them
	last  atomic.Int64  // nanoseconds of the last one
}

// begins says that the loop waits no more.
func (w *work) begins(at time.Duration) { w.woke.Store(int64(at)) }

// rests says that it is about to wait.
func (w *work) rests(at time.Duration) {
	woke := w.woke.Load()
	w.woke.Store(0) // first: who reads in between may miss the time, but has it never twice
	w.busy.Store(w.busy.Load() + int64(at) - woke)
}

// time in which it did not wait, so far. Any goroutine; what the loop does in between may
// be left out.
func (w *work) time(at time.Duration) time.Duration {
	busy := w.busy.Load() // before the other: see rests
	if woke := w.woke.Load(); woke != 0 {
		busy += max(0, int64(at)-woke)
	}
	return time.Duration(busy)
}

// stoodIn says that a publisher has walked a group while the loop waited, and for how long.
func (w *work) stoodIn(took time.Duration) {
	w.busy.Store(w.busy.Load() + int64(took))
	w.walked(took)
}

// walked says how long it took to walk all groups that had changed.
func (w *work) walked(took time.Duration) {
	w.last.Store(int64(took))
	w.spent.Store(w.spent.Load() + int64(took))
	w.walks.Store(w.walks.Load() + 1)
}
