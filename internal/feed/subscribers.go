package feed

import "slices"

// Subscriber is told of every later view of a lane. Changed is called by the
// appender, with the view stored: it must not block, and must not call the
// lane's Subscribe or Unsubscribe.
type Subscriber interface{ Changed() }

// Subscribe has s told of every view that is stored from now on. One that is
// stored meanwhile it may or may not be told of: look at View afterwards. Any
// goroutine.
func (l *Lane) Subscribe(s Subscriber) {
	l.resubscribe(func(all []Subscriber) []Subscriber { return append(slices.Clip(all), s) })
}

// Unsubscribe takes that back. A call of Changed may be under way still.
func (l *Lane) Unsubscribe(s Subscriber) {
	l.resubscribe(func(all []Subscriber) []Subscriber {
		return slices.DeleteFunc(slices.Clone(all), func(other Subscriber) bool { return other == s })
	})
}

// resubscribe replaces the list, which the appender may be reading.
func (l *Lane) resubscribe(change func([]Subscriber) []Subscriber) {
	for {
		old := l.subscribers.Load()
		var fresh []Subscriber
		if old != nil {
			fresh = *old
		}
		fresh = change(fresh)
		if l.subscribers.CompareAndSwap(old, &fresh) {
			return
		}
	}
}
