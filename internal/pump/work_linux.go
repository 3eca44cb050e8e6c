package pump

import (
	"sync/atomic"
	"time"
)

// work is what a loop has done. Only the loop writes; any goroutine may read. It
// costs a reading of the clock for each time that it parks, and two for each round
// of walks.
type work struct {
	woke  atomic.Int64  // nanoseconds since the pump began: when it has come back from the poller; 0: it waits there
	busy  atomic.Int64  // nanoseconds in which it did not wait, before that
	walks atomic.Uint64 // rounds of walks
	spent atomic.Int64  // nanoseconds in them
	last  atomic.Int64  // nanoseconds of the last one
}

// begins says that the loop waits no more.
func (w *work) begins(began time.Time) { w.woke.Store(int64(time.Since(began))) }

// rests says that it is about to wait.
func (w *work) rests(began time.Time) {
	w.busy.Store(w.busy.Load() + int64(time.Since(began)) - w.woke.Load())
	w.woke.Store(0)
}

// time in which it did not wait, so far. Any goroutine; what the loop does in between may
// be left out.
func (w *work) time(began time.Time) time.Duration {
	busy := w.busy.Load()
	if woke := w.woke.Load(); woke != 0 {
		busy += int64(time.Since(began)) - woke
	}
	return time.Duration(busy)
}

// walked says how long it took to walk all groups that had changed.
func (w *work) walked(took time.Duration) {
	w.last.Store(int64(took))
	w.spent.Store(w.spent.Load() + int64(took))
	w.walks.Store(w.walks.Load() + 1)
}
