// Package feed is the heart: a match as a log of encoded frames, and cursors
// in it.
//
// # The idea
//
// A match has few events and may have a million watchers. So everything that
// costs is done once for an event and nothing is kept for a watcher. A Lane is
// one match in one wire format: the bytes of all its frames, one behind the
// other, in one slice. A watcher is a Cursor: an offset in those bytes. There
// is no queue, no buffer and no channel for each watcher; a slow one is an
// offset that stands still, a resume is setting an offset, and catching up is
// one write of many frames, since they lie together.
//
// # How it is published
//
// What readers see is a View: an immutable value, reached by one atomic load.
// An append writes the new bytes behind the published ones (or into a larger
// copy), and stores a new View. Invariants:
//
//   - One appender: Append, SetStatus and End of a Lane are called by one
//     goroutine at a time (live holds a lock for each match).
//   - Published bytes never change: bytes below len(View.Bytes) are written
//     before that View is stored and never again.
//   - The end is published by one atomic store: frames, status and end of a
//     View belong together, so a join (status, then a cursor at the end) can
//     never miss or repeat an event.
//   - Readers never block the appender, nor each other.
//   - A Cursor belongs to one pump.
//
// # Waking
//
// Each View has one channel, shared by all who wait, closed when a later View
// is stored. Whoever serves many watchers in one goroutine has itself called
// instead (Subscribe): once for each later View, whatever their number.
package feed

import (
	"sort"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// End says that a lane will get no more frames, and why.
type End uint8

const (
	Open  End = iota // more may come
	Over             // the match has ended; what is there is all
	Gone             // the match was deleted
	Stale            // the lane was replaced; resume from where you are
)

// frame is where a frame ends and which event it shows. An event is shown by
// its own frame first and, where its kind asks for one, a status after it.
type frame struct {
	end   uint64
	event int64
}

// View is a lane as it stood at one moment. Immutable.
type View struct {
	// Last is the number of the last event in it; 0 before any.
	Last int64
	// End is Open while more may come.
	End End
	// Since is when the last frames were put in; zero before any.
	Since time.Time
	// Begun is when their event began to be stored, by this process; the same
	// as Since if that is not known.
	Begun time.Time

	bytes   []byte
	base    uint64 // offset of bytes[0]: rises when old frames are dropped
	dropped int64  // event of the last frame dropped; 0: none was
	frames  []frame
	status  *status
	changed chan struct{}
}

// Cursor is a watcher's place in a lane: the offset of the next byte that it
// has to be given. Resuming offsets are not cut short by lag up to Exempt.
type Cursor struct {
	Offset uint64
	Exempt uint64
}

// status is encoded when it is first asked for, then shared.
type status struct {
	joined, notResumed func() []byte
	encoded            atomic.Bool
}

// newStatus remembers a panic of encode too: whoever asks later meets it again,
// not an empty status.
func newStatus(encode func(resumed bool) []byte) *status {
	s := &status{notResumed: sync.OnceValue(func() []byte { return encode(false) })}
	s.joined = sync.OnceValue(func() []byte {
		defer s.encoded.Store(true)
		return encode(true)
	})
	return s
}

// Lane is a match in one wire format.
type Lane struct {
	view        atomic.Pointer[View]
	watchers    atomic.Int64
	subscribers atomic.Pointer[[]Subscriber]
}

// NewLane makes a lane without frames. encodeStatus gives the status frame for
// the lane as it is now; it is called at most twice, from any goroutine, and
// must be pure. With resumed false it is the one for a watcher whose resume
// could not be had.
func NewLane(encodeStatus func(resumed bool) []byte) *Lane {
	l := &Lane{}
	l.view.Store(&View{status: newStatus(encodeStatus), changed: make(chan struct{})})
	return l
}

// Frame is what Append puts into a lane for one event: its own frame, and the
// status behind it where the event changed the picture (else nil).
type Frame struct {
	Event  int64
	Bytes  []byte
	Status []byte
	Begun  time.Time // see View; zero: not known
}

// Append publishes frames. encodeStatus replaces the lane's status and belongs
// to the last of them; end other than Open makes these the last. The bytes are
// copied. Appender only.
func (l *Lane) Append(frames []Frame, encodeStatus func(resumed bool) []byte, end End) {
	old := l.view.Load()
	v := &View{Last: old.Last, End: end, base: old.base, dropped: old.dropped, bytes: old.bytes, frames: old.frames,
		Since: old.Since, Begun: old.Begun, status: newStatus(encodeStatus), changed: make(chan struct{})}
	if len(frames) > 0 {
		v.Since = time.Now()
		if v.Begun = frames[len(frames)-1].Begun; v.Begun.IsZero() {
			v.Begun = v.Since
		}
	}
	for _, f := range frames {
		v.add(f.Event, f.Bytes)
		if f.Status != nil {
			v.add(f.Event, f.Status)
		}
		v.Last = f.Event
	}
	l.publish(old, v)
}

// add writes behind the published bytes. append never touches what readers
// see: it writes beyond every published length, or into a new array.
func (v *View) add(event int64, b []byte) {
	v.bytes = append(v.bytes, b...)
	v.frames = append(v.frames, frame{end: v.base + uint64(len(v.bytes)), event: event})
}

// SetStatus replaces the status: match or teams were changed without an event.
// Appender only.
func (l *Lane) SetStatus(encodeStatus func(resumed bool) []byte) {
	old := l.view.Load()
	v := *old
	v.status = newStatus(encodeStatus)
	v.changed = make(chan struct{})
	l.publish(old, &v)
}

// Finish ends the lane where it stands. Appender only.
func (l *Lane) Finish(end End) {
	old := l.view.Load()
	v := *old
	v.End = end
	v.changed = make(chan struct{})
	l.publish(old, &v)
}

// Forget drops old frames once there are more than twice keep bytes of them,
// down to keep or so, at a frame border: what is kept is copied once for as
// much that came, not for each frame. Cursors that stood there are given a
// status. Appender only.
func (l *Lane) Forget(keep int) {
	old := l.view.Load()
	if len(old.bytes) <= 2*keep {
		return
	}
	limit := old.end() - uint64(keep)
	i := sort.Search(len(old.frames), func(i int) bool { return old.frames[i].end >= limit })
	v := *old
	v.base, v.dropped = old.frames[i].end, old.frames[i].event
	v.bytes = append(make([]byte, 0, 2*keep+keep/8), old.bytes[v.base-old.base:]...)
	v.frames = append([]frame(nil), old.frames[i+1:]...)
	v.changed = make(chan struct{})
	l.publish(old, &v)
}

func (l *Lane) publish(old, v *View) {
	l.view.Store(v)
	close(old.changed)
	if all := l.subscribers.Load(); all != nil {
		for _, s := range *all {
			s.Changed()
		}
	}
}

// View is the lane as it is now. Any goroutine, any time.
func (l *Lane) View() *View { return l.view.Load() }

// Changed is closed once a later view is there.
func (v *View) Changed() <-chan struct{} { return v.changed }

// Status is the status frame of this view, shared: do not write to it. With
// resumed false it is the one that tells of a resume that could not be had.
func (v *View) Status(resumed bool) []byte {
	if resumed {
		return v.status.joined()
	}
	return v.status.notResumed()
}

// Encoded says whether somebody has joined already, so that Status(true) takes
// no time.
func (v *View) Encoded() bool { return v.status.encoded.Load() }

func (v *View) end() uint64 { return v.base + uint64(len(v.bytes)) }

// Join is a cursor behind the last frame: for a watcher who is given Status.
func (v *View) Join() Cursor { return Cursor{Offset: v.end()} }

// Resume is a cursor behind event's own frame; false if the view has no such
// event any more or yet. 0 is before everything.
func (v *View) Resume(event int64) (Cursor, bool) {
	c := Cursor{Exempt: v.end()}
	if event == 0 {
		c.Offset = v.base
		return c, v.base == 0
	}
	i := sort.Search(len(v.frames), func(i int) bool { return v.frames[i].event >= event })
	if i == len(v.frames) || v.frames[i].event != event {
		return Cursor{}, false
	}
	c.Offset = v.frames[i].end
	return c, true
}

// Pending is what the cursor has to be given: at most about max bytes, ending
// at a frame border (one frame is given whole, however long). Shared: do not
// write to it. ok is false if the bytes at the cursor are gone: at a frame
// border it can be moved to the end with a status, else it must be closed.
func (v *View) Pending(c Cursor, max int) (b []byte, ok bool) {
	if c.Offset < v.base {
		return nil, false
	}
	if v.end()-c.Offset <= uint64(max) {
		return v.bytes[c.Offset-v.base:], true
	}
	i := sort.Search(len(v.frames), func(i int) bool { return v.frames[i].end > c.Offset+uint64(max) })
	if i > 0 && v.frames[i-1].end > c.Offset {
		i--
	}
	return v.bytes[c.Offset-v.base : v.frames[i].end-v.base], true
}

// Behind is how many events the cursor has not been given whole.
func (v *View) Behind(c Cursor) int64 {
	i := sort.Search(len(v.frames), func(i int) bool { return v.frames[i].end > c.Offset })
	if i == len(v.frames) {
		return 0
	}
	return v.Last - v.frames[i].event + 1
}

// After is how many bytes lie behind the cursor.
func (v *View) After(c Cursor) uint64 { return v.end() - min(c.Offset, v.end()) }

// Reached is the last event whose own frame the cursor has passed, which is the
// one to resume from; 0 before any. Of a cursor whose bytes are gone it is the
// last event dropped.
func (v *View) Reached(c Cursor) int64 {
	i := sort.Search(len(v.frames), func(i int) bool { return v.frames[i].end > c.Offset })
	if i == 0 {
		return v.dropped
	}
	return v.frames[i-1].event
}

// Size is how many frames there are, how many bytes they are, the offset of the first,
// and what all that takes in memory.
func (v *View) Size() (frames, bytes int, base uint64, memory int) {
	return len(v.frames), len(v.bytes), v.base, cap(v.bytes) + cap(v.frames)*int(unsafe.Sizeof(frame{}))
}

// Border is where the frame ends that the cursor stands in; the cursor itself
// if it stands between two.
func (v *View) Border(c Cursor) uint64 {
	i := sort.Search(len(v.frames), func(i int) bool { return v.frames[i].end >= c.Offset })
	if i == len(v.frames) || c.Offset <= v.base {
		return c.Offset
	}
	return v.frames[i].end
}

// AtEnd says whether the cursor has been given everything.
func (v *View) AtEnd(c Cursor) bool { return c.Offset >= v.end() }
