package gate

import (
	"math/rand/v2"
	"sync"

	"matchstream/internal/feed"
	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/pump"
	"matchstream/internal/wire"
)

// streams is what the watchers of each lane share, as long as there are any:
// a watcher's own part is a cursor and a ticket.
type streams struct {
	mu struct {
		sync.Mutex
		of map[*feed.Lane]*stream
	}
}

type stream struct {
	pump.Stream
	match   live.Match
	watches int
}

// join counts a watch in; open makes a lane's stream where there is none.
func (s *streams) join(lane *feed.Lane, open func() *stream) *stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.mu.of[lane]
	if one == nil {
		one = open()
		if s.mu.of == nil {
			s.mu.of = make(map[*feed.Lane]*stream)
		}
		s.mu.of[lane] = one
	}
	one.watches++
	return one
}

func (s *streams) leave(lane *feed.Lane) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.mu.of[lane]
	if one.watches--; one.watches == 0 {
		delete(s.mu.of, lane)
	}
}

// watch is what all protocols have in common: the stream of a lane, which is
// counted in already, the cursor, and the status for who joins. The ticket is
// left when the watch ends; should this panic, it is the caller's still.
func (g *Gate) watch(m *live.Match, lane *feed.Lane, f wire.Format, user []byte, since *match.Position, t pump.Ticket) pump.Watch {
	g.asks(t, f, m, user, since)
	joined := false
	defer func() {
		if !joined { // a panic: the status could not be encoded
			lane.Release()
		}
	}()
	v := lane.View()
	at, first, resumed := place(v, m.Epoch(), since)
	s := g.streams.join(lane, func() *stream { return g.open(*m, lane, f) })
	if t&isEdge == 0 {
		m.Joined(user)
	}
	g.begins(t, v, since, resumed)
	joined = true
	return pump.Watch{Stream: &s.Stream, Cursor: at, First: first, Ticket: t}
}

// open makes the stream of a match in a format.
func (g *Gate) open(m live.Match, lane *feed.Lane, f wire.Format) *stream {
	s := &stream{match: m, Stream: pump.Stream{Lane: lane, Heartbeat: wire.Heartbeat(f), Farewell: g.farewell(f, m.ID())}}
	s.Refreshed = g.refreshed()
	s.Left = func(why pump.Reason, sent pump.Sent, t pump.Ticket) {
		if t&isEdge == 0 {
			s.match.Left()
		}
		g.streams.leave(lane)
		g.ended(lane, why, sent, t)
	}
	g.speaks(&s.Stream, f)
	return s
}

// board is a watcher of all matches' scores.
func (g *Gate) board(t pump.Ticket) pump.Watch {
	lane := g.Live.Board()
	g.asks(t, wire.SSE, nil, nil, nil)
	v := lane.View()
	at, first, _ := place(v, "", nil)
	lane.Acquire() // the board's lane is never retired
	s := g.streams.join(lane, func() *stream {
		s := &stream{Stream: pump.Stream{Lane: lane, Heartbeat: wire.Heartbeat(wire.SSE), Farewell: g.farewell(wire.SSE, "")}}
		s.Refreshed = g.refreshed()
		s.Left = func(why pump.Reason, sent pump.Sent, t pump.Ticket) {
			g.streams.leave(lane)
			g.ended(lane, why, sent, t)
		}
		g.speaks(&s.Stream, wire.SSE)
		return s
	})
	g.begins(t, v, nil, false)
	return pump.Watch{Stream: &s.Stream, Cursor: at, First: first, Ticket: t}
}

// speaks sets what a protocol's clients may do.
func (g *Gate) speaks(s *pump.Stream, f wire.Format) {
	switch f {
	case wire.SSE:
		s.Counts, s.Talk = &g.SSE, sseTalk
	case wire.WebSocket:
		s.Counts, s.Hear = &g.WebSocket, hearFrames
	default:
		s.Counts, s.Talk, s.HalfClose = &g.TCP, tcpTalk, true
	}
}

// place sets a new watcher's cursor. Whoever joins is given a status and
// stands behind the last frame; whoever resumes stands behind the event he
// names, and is given nothing first. Both come from one view of the lane, so
// nothing is missed and nothing comes twice.
func place(v *feed.View, epoch string, since *match.Position) (at feed.Cursor, first []byte, resumed bool) {
	if since == nil {
		return v.Join(), v.Status(true), false
	}
	if since.Epoch == "" || since.Epoch == epoch {
		if at, ok := v.Resume(since.ID); ok {
			return at, nil, true
		}
	}
	return v.Join(), v.Status(false), false
}

// movedRetry is within how many milliseconds those come back who even out the load.
const movedRetry = 2000

// farewell is what a protocol says at the end.
func (g *Gate) farewell(f wire.Format, matchID string) func(pump.Reason) []byte {
	return func(why pump.Reason) []byte {
		retry := rand.N(int(g.Drain.Milliseconds()) + 1)
		switch why {
		case pump.Ended:
			return wire.Farewell(f, wire.Ended, matchID, retry)
		case pump.Deleted:
			return wire.Farewell(f, wire.Deleted, matchID, retry)
		case pump.TooSlow:
			return wire.Farewell(f, wire.TooSlow, matchID, retry)
		case pump.Draining, pump.Stale:
			return wire.Farewell(f, wire.Draining, matchID, retry)
		case pump.Shed:
			// Few go at a time, and these are spread already.
			return wire.Farewell(f, wire.Moved, matchID, min(retry, rand.N(movedRetry)))
		}
		return nil
	}
}
