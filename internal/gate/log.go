package gate

import (
	"net/netip"
	"time"

	"matchstream/internal/access"
	"matchstream/internal/feed"
	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/pump"
	"matchstream/internal/wire"
)

// What is told of each client when he goes: a line of the access log, and at
// debug one of the log. Where neither is wanted, all of this does nothing.

// recording says whether somebody wants to know of single clients.
func (g *Gate) recording() bool { return g.Access.On() || g.traced }

// tell of a client who has gone.
func (g *Gate) tell(line *access.Connection) {
	if g.Access.On() {
		g.Access.Add(line)
	}
	if g.traced { // who he is, is for the access log alone
		g.Watches.Debug("a client has gone", "protocol", line.Protocol, "match", line.Match, "since", line.Since, "begin", line.Begin, "end", line.End,
			"events", line.Events, "bytes", line.Bytes, "took", time.Duration(line.Took), "cause", line.Why)
	}
}

// shutOut counts and tells of somebody who was not let in by a door of the line protocol.
func (d *Door) shutOut(from netip.AddrPort, err error, sentence []byte) {
	d.Refused.count(err)
	g := d.gate
	why := g.why(err)
	if !g.recording() {
		return
	}
	s := session{from: unmapped(from), came: time.Now(), protocol: access.TCP}
	line := s.line(why)
	line.Bytes = uint64(len(sentence))
	g.tell(line)
}

// turnsAway notes why somebody who was let in does not become a watcher, and
// what he is told. Whoever lets him leave then has it told.
func (g *Gate) turnsAway(t pump.Ticket, why string, sentence []byte) {
	if g.recording() && t&fromProxy == 0 {
		s := g.sessions.at(t)
		s.why, s.told = why, len(sentence)
	}
}

// asks notes what a client wants to watch; m is nil for the board. Until begins
// is called, his line will say that something broke.
func (g *Gate) asks(t pump.Ticket, f wire.Format, m *live.Match, user []byte, since *match.Position) {
	if !g.recording() {
		return
	}
	s := g.sessions.at(t)
	s.protocol, s.user, s.why = protocol(f), string(user), pump.Broken.String()
	if m != nil {
		s.match, s.epoch = m.ID(), m.Epoch()
	}
	s.asked(since)
}

// wants notes what a client of the line protocol wants, who may not get it.
func (g *Gate) wants(t pump.Ticket, c wire.Connect) {
	if !g.recording() {
		return
	}
	s := g.sessions.at(t)
	s.user, s.match = string(c.User), string(c.Match)
	s.asked(c.Since)
}

func (s *session) asked(since *match.Position) {
	if since != nil {
		s.since = since.String()
	}
}

// begins notes where a watch begins: where he asked for, or behind the last
// event of a view.
func (g *Gate) begins(t pump.Ticket, v *feed.View, since *match.Position, resumed bool) {
	if !g.recording() {
		return
	}
	s := g.sessions.at(t)
	s.begin, s.resumed, s.why = v.Last, resumed, ""
	if resumed {
		s.begin = since.ID
	}
	if g.traced {
		g.Watches.Debug("a client watches", "protocol", s.protocol, "match", s.match, "since", s.since, "begin", s.position(s.begin))
	}
}

// refreshed is the pump's, for those it gives a fresh status; nil where nobody
// wants to know.
func (g *Gate) refreshed() func(pump.Ticket) {
	if !g.recording() {
		return nil
	}
	return func(t pump.Ticket) { g.sessions.at(t).refreshes++ }
}

// ended tells of a watch that has ended, and counts the watcher out.
func (g *Gate) ended(lane *feed.Lane, why pump.Reason, sent pump.Sent, t pump.Ticket) {
	if g.recording() {
		s := g.sessions.end(t)
		line := s.line(why.String())
		line.Begin, line.End = s.position(s.begin), s.position(lane.View().Reached(sent.Cursor))
		line.Events, line.Bytes = sent.Events, sent.Bytes
		g.tell(line)
		t = s.admission(t)
	}
	g.countOut(t)
}

// leave counts out who had a ticket and did not become a watcher, and tells of
// him if he came for a stream.
func (g *Gate) leave(t pump.Ticket) { g.countOut(g.endSession(t)) }

// takeBack is leave of one whose connection is somebody's still, and goes on
// being counted by its address.
func (g *Gate) takeBack(t pump.Ticket) { g.countOut(g.endSession(t) &^ placeBits) }

// endSession of one who did not become a watcher, if there is one. It returns
// what is to be counted out.
func (g *Gate) endSession(t pump.Ticket) pump.Ticket {
	if !g.recording() || t&fromProxy != 0 {
		return t
	}
	s := g.sessions.end(t)
	if s.protocol != "" {
		line := s.line(s.why)
		if s.why == "" {
			line.Why = pump.Left.String() // while he was waiting
		}
		line.Bytes = uint64(s.told)
		g.tell(line)
	}
	return s.admission(t)
}

// position of an event of a session's match; "" on the board, which has none.
func (s *session) position(event int64) string {
	if s.match == "" {
		return ""
	}
	return match.Position{ID: event, Epoch: s.epoch}.String()
}

func protocol(f wire.Format) string {
	switch f {
	case wire.SSE:
		return access.SSE
	case wire.WebSocket:
		return access.WS
	}
	return access.TCP
}

// unmapped has an IPv4 address as such.
func unmapped(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}
