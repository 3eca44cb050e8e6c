package crowd

import (
	"bytes"
	"net/netip"
)

// The ways to watch, as indices.
const (
	viaTCP = iota
	viaSSE
	viaWS
	ways
)

var wayNames = [ways]string{"tcp", "sse", "ws"}

// target is somebody who is called: an address, and what of each way has come from it.
type target struct {
	addr  netip.AddrPort
	host  string // as the Host header has it
	lanes [ways]*lane
}

// lane remembers the last frames of one way from one target. All who watch there are
// sent the same bytes, and the same bytes mean the same: a frame is cut out and parsed
// for the first of them, and is compared for the others.
type lane struct {
	events [remembered]memo // by the last bits of their ids
	status memo
}

const remembered = 64

type memo struct {
	raw   []byte
	frame frame
}

// begins says whether b begins with the frame.
func (m *memo) begins(b []byte) bool { return len(m.raw) > 0 && bytes.HasPrefix(b, m.raw) }

func (m *memo) keep(raw []byte, f frame) {
	m.raw, m.frame = append(m.raw[:0], raw...), f
}

// known is the frame that b begins with, if it is the event behind last, or, where a
// status is due, that.
func (l *lane) known(b []byte, last uint32, status bool) *memo {
	m := &l.events[(last+1)%remembered]
	if status {
		m = &l.status
	}
	if m.begins(b) {
		return m
	}
	return nil
}

// keep remembers a frame that was parsed. differs: it is an event of which others were
// told in other bytes.
func (l *lane) keep(raw []byte, f frame) (differs bool) {
	switch f.kind {
	case aStatus:
		l.status.keep(raw, f)
	case anEvent:
		m := &l.events[f.id%remembered]
		if m.frame.id == f.id && m.frame.epoch == f.epoch && len(m.raw) > 0 {
			return !bytes.Equal(m.raw, raw)
		}
		m.keep(raw, f)
	}
	return false
}
