package live

import (
	"fmt"

	"matchstream/internal/feed"
	"matchstream/internal/match"
	"matchstream/internal/wire"
)

// Lane is the match in one format, with the caller counted in: Release it. It
// is made when it is first asked for, with the whole match in it, so that a
// resume is nothing but a place in it.
func (m *Match) Lane(f wire.Format) *feed.Lane {
	if l, ok := m.ReadyLane(f); ok {
		return l
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if l := m.lanes[f].Load(); l != nil && l.Acquire() {
		return l
	}
	now := m.now.Load()
	if now == nil {
		// Put away since the handle was made. What the handle holds is still
		// the match, unless an event came since; then this lane is the past,
		// and ends, so that nobody waits in it.
		now = m.pinned
		if m.mu.heard > now.number() || m.described.Load().Told != nil { // where it is not followed nothing is heard
			return m.lane(f, now, feed.Stale)
		}
		again := *now
		again.next = make(chan struct{})
		m.describe(&again, m.described.Load())
		now = &again
		m.listing(func() {
			m.now.Store(now)
			m.resting.Store(nil)
		})
	}
	l := m.lane(f, now, now.end())
	m.lanes[f].Store(l)
	return l
}

// ReadyLane is Lane for who cannot wait: false if the lane has to be made.
func (m *Match) ReadyLane(f wire.Format) (*feed.Lane, bool) {
	l := m.lanes[f].Load()
	return l, l != nil && l.Acquire()
}

// lane makes a lane with all of a moment's frames, with one watcher counted in.
func (e *entry) lane(f wire.Format, now *moment, end feed.End) *feed.Lane {
	l := feed.NewLane(now.status(f))
	l.Acquire()
	if frames := e.frames(f, now, 0); len(frames) > 0 || end != feed.Open {
		l.Append(frames, now.status(f), end)
	}
	return l
}

// publish brings every lane up to a moment. A lane that has ended stays as it
// is for those who still read it, and is replaced when somebody asks. Called
// with mu held.
func (e *entry) publish(now *moment) {
	for f := range wire.Formats {
		l := e.lanes[f].Load()
		if l == nil {
			continue
		}
		v := l.View()
		switch {
		case v.End != feed.Open:
			if v.Last != now.view.State.LastID || now.deleted {
				e.lanes[f].Store(nil)
			} else {
				l.SetStatus(now.status(f))
			}
		case now.deleted:
			l.Finish(feed.Gone)
			e.lanes[f].Store(nil)
		case v.Last < now.view.State.LastID:
			l.Append(e.frames(f, now, v.Last), now.status(f), now.end())
		case v.Last == now.view.State.LastID: // a panic may have left a lane ahead
			l.SetStatus(now.status(f))
		}
	}
}

// end says whether more frames will come.
func (m *moment) end() feed.End {
	switch {
	case m.deleted:
		return feed.Gone
	case m.view.State.Period == match.Ended:
		return feed.Over
	}
	return feed.Open
}

// status encodes the status frame of a moment. Pure: it may be called later,
// by whoever joins first.
func (m *moment) status(f wire.Format) func(resumed bool) []byte {
	return func(resumed bool) []byte { return wire.AppendStatus(f, nil, m.view, resumed) }
}

// frames encodes the events behind the one with id after: each once, with the
// status that follows it where it changed the picture. That status is of the
// match as it stood then, so those who resume read what the others read.
func (e *entry) frames(f wire.Format, now *moment, after int64) []feed.Frame {
	at := past(now)
	log := now.view.State.Log[after:]
	frames := make([]feed.Frame, 0, len(log))
	for _, entry := range log {
		ev := entry.Event.Event()
		frame := feed.Frame{Event: ev.ID, Bytes: wire.AppendEvent(f, nil, ev, e.key.Epoch), Begun: now.begun}
		if ev.Kind.RefreshesPicture() {
			v := now.view
			v.State = at(ev.ID)
			frame.Status = wire.AppendStatus(f, nil, v, true)
		}
		frames = append(frames, frame)
	}
	return frames
}

// past gives the match as it stood behind an event; ids must not fall. It folds
// on from the last one asked for, since a cancel is a fold of its own.
func past(now *moment) func(id int64) match.State {
	s := now.view.State
	then := match.New(s.Teams[match.Home], s.Teams[match.Visit], s.Speed)
	return func(id int64) match.State {
		if id == s.LastID {
			return s
		}
		for _, entry := range s.Log[then.LastID:id] {
			var err error
			if then, err = match.Apply(then, entry.Event.Event()); err != nil {
				panic(fmt.Sprintf("event %d of match %s folds no more: %v", entry.Event.ID, now.view.Info.ID, err))
			}
		}
		return then
	}
}
