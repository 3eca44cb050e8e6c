package gate

import (
	"net/netip"
	"sync"
	"time"

	"matchstream/internal/access"
	"matchstream/internal/pump"
)

// session is what the access log tells of a client beside what the pump knows
// of him. It is there only where there is such a log; its number is part of his
// ticket then, and what else would be in that place lies in it.
type session struct {
	ticket    pump.Ticket // his place by his address
	from      netip.AddrPort
	came      time.Time
	protocol  string // "": none yet; he gets no line
	user      string
	match     string
	epoch     string
	since     string // as he asked for it
	resumed   bool
	begin     int64
	refreshes uint64
	why       string // he did not become a watcher
	told      int    // bytes that he was told then
}

// Why somebody did not become a watcher, beside the reasons of the pump.
const (
	whyFull        = "full"
	whyFullForIP   = "full_for_address"
	whyHandshake   = "handshake"   // he did not say what he wants, in time or at all
	whyMalformed   = "malformed"   // what he said is no line of the protocol
	whyProxy       = "proxy"       // it is a proxy's, and does not say for whom
	whyNotFound    = "not_found"   // there is no such match
	whyUnavailable = "unavailable" // it cannot be read now
)

// sessions are in chunks, which stay where they are: a *session is its client's
// alone, who is in one goroutine's hands at a time.
type sessions struct {
	mu struct {
		sync.Mutex
		chunks []*[sessionChunk]session
		free   []pump.Ticket
	}
}

const sessionChunk = 256

// begin a session. Its number is never 0: nobody's.
func (s *sessions) begin(of session) pump.Ticket {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.mu.free) == 0 {
		n := pump.Ticket(len(s.mu.chunks)) * sessionChunk
		s.mu.chunks = append(s.mu.chunks, new([sessionChunk]session))
		for i := n + sessionChunk; i > n; i-- {
			s.mu.free = append(s.mu.free, i)
		}
	}
	last := len(s.mu.free) - 1
	t := s.mu.free[last]
	s.mu.free = s.mu.free[:last]
	*s.atLocked(t) = of
	return t
}

func (s *sessions) at(t pump.Ticket) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.atLocked(t)
}

func (s *sessions) atLocked(t pump.Ticket) *session {
	n := uint32(t) - 1
	return &s.mu.chunks[n/sessionChunk][n%sessionChunk]
}

// end a session.
func (s *sessions) end(t pump.Ticket) session {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.atLocked(t)
	ended := *at
	*at = session{}
	s.mu.free = append(s.mu.free, pump.Ticket(uint32(t)))
	return ended
}

// admission is the ticket of his address, with what was added since.
func (s *session) admission(t pump.Ticket) pump.Ticket { return s.ticket | t>>doorShift<<doorShift }

// line of the access log about a session that ends now.
func (s *session) line(why string) *access.Connection {
	return &access.Connection{When: access.At(s.came), From: s.from, Protocol: s.protocol, User: s.user, Match: s.match,
		Since: s.since, Resumed: s.resumed, Refreshes: s.refreshes, Took: access.Took(time.Since(s.came)), Why: why}
}
