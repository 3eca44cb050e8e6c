package gate

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/live"
	"matchstream/internal/proxy"
	"matchstream/internal/pump"
	"matchstream/internal/wire"
)

const (
	// tcpTalk is how much a TCP client may say after his line (spec: tcp-v1).
	tcpTalk = 4 << 10
	// finding is how long the journal of a match that is over may take to read.
	finding = 5 * time.Second
)

// Door is one port of the line protocol. A pump that has its own listeners
// calls its methods (pump.Door); for the others there is ServeTCP.
type Door struct {
	gate     *Gate
	number   uint16      // from 1
	secure   *tls.Config // nil: it is plain
	watchers atomic.Int64
	Refused  Refusals // who was turned away here; they are among the gate's, too
}

// NewDoor adds a port; secure is for TLS, or nil.
func (g *Gate) NewDoor(secure *tls.Config) *Door {
	for {
		old := g.doors.Load()
		d := &Door{gate: g, number: uint16(len(*old) + 1), secure: secure}
		all := append(append([]*Door(nil), *old...), d)
		if g.doors.CompareAndSwap(old, &all) {
			return d
		}
	}
}

// Patience is that of the line protocol with its clients.
func (d *Door) Patience() pump.Patience {
	longest := wire.MaxLine + 2
	if len(d.gate.Proxies) > 0 {
		longest += proxy.Longest
	}
	return pump.Patience{Handshake: d.gate.HandshakeTimeout, Silence: silence, Longest: longest}
}

// Watchers is how many came in by this door and are still there.
func (d *Door) Watchers() int64 { return d.watchers.Load() }

// Enter is asked about each connection. That of a proxy is let in to say for
// whom it is.
func (d *Door) Enter(from netip.AddrPort) (t pump.Ticket, refusal []byte, ok bool) {
	if d.gate.Proxies.Has(from.Addr()) {
		return fromProxy, nil, true
	}
	return d.admitted(from)
}

// admitted lets in whoever is at the other end, or him for whom that one is.
func (d *Door) admitted(from netip.AddrPort) (t pump.Ticket, refusal []byte, ok bool) {
	t, err := d.gate.come(from)
	if err != nil {
		refusal = refusalLine(err)
		d.shutOut(from, err, refusal)
		return 0, refusal, false
	}
	return t, nil, true
}

// Leave is told of who did not become a watcher.
func (d *Door) Leave(t pump.Ticket, undecided bool) {
	if undecided {
		d.unheard(t)
	}
	d.gate.leave(t)
}

// unheard counts a client who did not say what he wants.
func (d *Door) unheard(t pump.Ticket) {
	d.undecided()
	d.gate.turnsAway(t, whyHandshake, nil)
}

// undecided counts one who has said nothing, or nothing that can be read.
func (d *Door) undecided() {
	d.gate.Refused.Handshake.Add(1)
	d.Refused.Handshake.Add(1)
}

// Pass is given those who come by TLS, which is not for loops.
func (d *Door) Pass(c net.Conn, t pump.Ticket) {
	if !d.gate.waiting.add(c) {
		d.gate.leave(t)
		c.Close()
		return
	}
	go d.gate.talk(c, d, t)
}

// Yield closes one of those passed on, or of net/http's.
func (d *Door) Yield(before pump.Quiet) bool { return d.secure != nil && d.gate.quiet.Yield(before) }

// refusalLine is what somebody is told who is not let in.
func refusalLine(why error) []byte { return wire.AppendTCPError(nil, why.Error()) }

// Greet reads the client's line.
func (d *Door) Greet(c *pump.Caller) pump.Verdict {
	if c.Ticket&fromProxy != 0 {
		return d.introduce(c)
	}
	if d.secure != nil && len(c.Said) > 0 {
		return pump.Verdict{Kind: pump.PassOn}
	}
	line, extra, whole := cutLine(c.Said, c.Over)
	if !whole && c.Silent {
		line, whole = trimmed(c.Said), true
		if _, err := wire.ParseConnect(line); err != nil {
			return pump.Verdict{}
		}
	}
	if !whole {
		return pump.Verdict{}
	}
	return d.decide(line, extra, c.Ticket, c.Scratch)
}

// decide about a client who has said his line, and extra behind it.
func (d *Door) decide(line, extra []byte, t pump.Ticket, scratch []byte) pump.Verdict {
	hello, err := wire.ParseConnect(line)
	if err != nil {
		if speaksProxy(line, extra) {
			err = errNotTrusted
			d.gate.Refused.Proxy.Add(1)
			d.Refused.Proxy.Add(1)
			d.gate.Log.Warn("a connection is refused for what it says of a proxy", "cause", err, "do", "see --trust-proxy")
		} else {
			d.undecided()
		}
		return d.refuse(scratch, t, whyMalformed, err)
	}
	if m, ok := d.gate.Live.Ready(hello.Match); ok && (hello.Since == nil || !m.Ahead(*hello.Since)) {
		if lane, ok := m.ReadyLane(format(hello)); ok {
			return d.admit(&m, lane, hello, t, scratch, extra)
		}
	}
	copied := append(append([]byte(nil), line...), extra...)
	return pump.Verdict{Kind: pump.Ponder, Later: func() pump.Verdict {
		return d.ponder(copied[:len(line)], copied[len(line):], t)
	}}
}

// ponder is decide where the match, its lane, or the event that somebody has seen
// is not in memory: it may be unknown, or be read from the journal.
func (d *Door) ponder(line, extra []byte, t pump.Ticket) pump.Verdict {
	hello, err := wire.ParseConnect(line)
	if err != nil {
		return d.refuse(nil, t, whyMalformed, err)
	}
	d.gate.wants(t, hello)
	ctx, cancel := context.WithTimeout(context.Background(), finding)
	defer cancel()
	id := string(hello.Match)
	m, err := d.gate.Live.At(ctx, id, hello.Since)
	if errors.Is(err, live.ErrNotFound) {
		return d.refuse(nil, t, whyNotFound, errors.New("match not found: "+id))
	}
	if err != nil {
		d.gate.Log.Error("a match cannot be served", "match", id, "cause", err)
		return d.refuse(nil, t, whyUnavailable, errors.New("the match cannot be read now, try again later: "+id))
	}
	return d.admit(m, m.Lane(format(hello)), hello, t, nil, extra)
}

// admit counts a watcher in, and at this door, if there is room; his ticket
// says so. The lane is counted in.
func (d *Door) admit(m *live.Match, lane *feed.Lane, hello wire.Connect, t pump.Ticket, scratch, said []byte) (v pump.Verdict) {
	if err := d.gate.admission.enter(); err != nil {
		lane.Release()
		d.Refused.count(err)
		return d.refuse(scratch, t, d.gate.why(err), err)
	}
	defer func() {
		if v.Kind != pump.Admit { // a panic
			d.gate.admission.leave()
		}
	}()
	w := d.gate.watch(m, lane, format(hello), hello.User, hello.Since, t)
	d.watchers.Add(1)
	w.Ticket |= isWatcher | pump.Ticket(d.number)<<doorShift
	w.Said = said
	return pump.Verdict{Kind: pump.Admit, Watch: w}
}

func format(c wire.Connect) wire.Format {
	if c.IDs {
		return wire.TCPIDs
	}
	return wire.TCP
}

// refuse with a sentence for a person; why is for the access log.
func (d *Door) refuse(scratch []byte, t pump.Ticket, why string, err error) pump.Verdict {
	sentence := wire.AppendTCPError(scratch, err.Error())
	d.gate.turnsAway(t, why, sentence)
	return pump.Verdict{Kind: pump.TurnAway, Sentence: sentence}
}
