package live

import (
	"time"
	"unsafe"

	"matchstream/internal/feed"
	"matchstream/internal/match"
	"matchstream/internal/wire"
)

// Inside is a match as this node has it.
type Inside struct {
	ID     string
	State  string        // "open", "over", "at_rest" (compressed), "away" (in the store alone)
	Period match.Period  // as far as it is known without reading the journal
	Events int64         // likewise
	Last   time.Time     // of the last event; zero: there is none, or it is not known
	Lately int           // events of the last minute
	Span   time.Duration // since the oldest of them, 5 s to a minute; 0: there is none
	Memory int64         // bytes that it takes here, about: its events and its lanes
	Lanes  [wire.Formats]LaneInside
}

// LaneInside is one of its lanes.
type LaneInside struct {
	Lane     *feed.Lane // nil: there is none
	Watchers int64
	Frames   int
	Bytes    int
	Base     uint64 // offset of the first byte
}

// Watchers of all lanes.
func (i *Inside) Watchers() (n int64) {
	for _, l := range i.Lanes {
		n += l.Watchers
	}
	return n
}

// Rate is how many deliveries a second the match makes: its events of the last minute, or of
// the time since its first where that is less, times those who watch now.
func (i *Inside) Rate() float64 {
	if i.Lately == 0 {
		return 0
	}
	return float64(i.Lately) * float64(i.Watchers()) / i.Span.Seconds()
}

const (
	// lately is over how long events are counted.
	lately = time.Minute
	// least is over how long at least: one event is no rate.
	least = 5 * time.Second
)

// eventTakes is how many bytes an event takes in memory, but for its texts.
const eventTakes = int64(unsafe.Sizeof(match.Entry{}) + unsafe.Sizeof(match.Kept{}) + unsafe.Sizeof(receipt{}))

// matchTakes is the same of a match without any.
const matchTakes = int64(unsafe.Sizeof(entry{}) + unsafe.Sizeof(moment{}))

// InsideOf one match; false: it is not known here.
func (l *Live) InsideOf(id string) (Inside, bool) {
	e, ok := l.entries.get(id)
	if !ok {
		return Inside{}, false
	}
	return e.inside(), true
}

// inside reads what is there; it takes no lock and reads no journal.
func (e *entry) inside() Inside {
	i := Inside{ID: e.key.Match, State: "away"}
	now, resting := e.now.Load(), e.resting.Load()
	switch {
	case now != nil:
		s := now.view.State
		i.State, i.Period, i.Events, i.Last = "over", s.Period, s.LastID, timeOf(s.LastTimestamp)
		if now.end() == feed.Open {
			i.State = "open"
		}
		at := e.live.clock()
		i.Lately = since(s.Log, at.Add(-lately).UnixMilli())
		i.Span = spanOf(s.Log, i.Lately, at)
		i.Memory = matchTakes + int64(len(s.Log))*eventTakes
	case resting != nil:
		i.State, i.Period, i.Events, i.Last = "at_rest", resting.period, resting.number, timeOf(resting.timestamp)
		i.Memory = int64(len(resting.records))
	default:
		if o := e.described.Load().Over; o != nil {
			i.Period, i.Events, i.Last = match.Ended, o.Last, timeOf(o.Since)
		}
	}
	for f := range e.lanes {
		lane := e.lanes[f].Load()
		if lane == nil {
			continue
		}
		frames, bytes, base, memory := lane.View().Size()
		i.Lanes[f] = LaneInside{Lane: lane, Watchers: lane.Watchers(), Frames: frames, Bytes: bytes, Base: base}
		i.Memory += int64(memory)
	}
	return i
}

// since is how many events a log has from a time on, in Unix milliseconds.
func since(log []match.Entry, from int64) (n int) {
	for n < len(log) && log[len(log)-1-n].Event.Timestamp >= from {
		n++
	}
	return n
}

// spanOf is how long ago the first of the last n events was. If there was one before them, it
// was longer ago than a minute, and the minute is known to the end.
func spanOf(log []match.Entry, n int, now time.Time) time.Duration {
	switch {
	case n == 0:
		return 0
	case n < len(log):
		return lately
	}
	return min(max(now.Sub(timeOf(log[0].Event.Timestamp)), least), lately)
}

// timeOf Unix milliseconds; 0 is no time.
func timeOf(millis int64) time.Time {
	if millis == 0 {
		return time.Time{}
	}
	return time.UnixMilli(millis)
}
