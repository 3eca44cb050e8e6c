package gate

import (
	"bytes"
	"errors"
	"net/netip"

	"matchstream/internal/proxy"
	"matchstream/internal/pump"
)

// A connection from a network of Options.Proxies is a proxy's. What it says
// first is for whom it is: a header of the PROXY protocol. Without that nobody
// of the line protocol is let in, since he would be counted, slowed down and
// logged as if he were the proxy; on the HTTP port the proxy may speak HTTP
// itself, and then says it in each request (forwarded.go). From elsewhere no
// such word is believed: a header of the PROXY protocol is refused.

// Bits of the ticket of a connection from a proxy; they count nothing. See
// placeBits for the others.
const (
	fromProxy pump.Ticket = 1 << (49 + iota) // it is not known yet for whom it is: it has no place, and no session
	speaksFor                                // it is the proxy's own, and carries requests of others: they have the places
	forItself                                // the proxy has a request of its own, or of somebody without an address
	crowded                                  // he for whom it is has too many connections, and is told so when he asks
)

var (
	errNotTrusted = errors.New("a header of the PROXY protocol is taken only from the networks of --trust-proxy, and this address is in none of them")
	errNoHeader   = errors.New("expected a header of the PROXY protocol (version 1 or 2) first, since this address is in a network of --trust-proxy")
	errBadHeader  = errors.New("expected a well-formed header of the PROXY protocol, version 1 or 2")
)

// unintroduced counts and logs a proxy that did not say for whom it is, or
// somebody else who did. What he is told is the error.
func (g *Gate) unintroduced(from netip.AddrPort, cause error) error {
	told := cause
	switch {
	case errors.Is(cause, proxy.ErrNone):
		told = errNoHeader
	case !errors.Is(cause, errNotTrusted):
		told = errBadHeader
	}
	g.Refused.Proxy.Add(1)
	g.Log.Warn("a connection is refused for what it says of a proxy", "address", unmapped(from).Addr(), "cause", cause, "do", "see --trust-proxy")
	return told
}

// introduce reads for whom the connection of a proxy is, and lets him in.
func (d *Door) introduce(c *pump.Caller) pump.Verdict {
	client, size, err := proxy.ReadHeader(c.Said)
	if err != nil {
		return pump.Verdict{Kind: pump.TurnAway, Sentence: d.unintroduced(c.From(), err)}
	}
	if size == 0 {
		return pump.Verdict{}
	}
	own := c.From
	if client.IsValid() {
		own = func() netip.AddrPort { return client }
	}
	t, refusal, ok := d.admitted(own())
	if !ok {
		return pump.Verdict{Kind: pump.TurnAway, Sentence: refusal}
	}
	return pump.Verdict{Kind: pump.Introduce, Introduced: pump.Introduced{Said: size, From: client, Ticket: t}}
}

// unintroduced is what a proxy is told by a door of the line protocol that did
// not say for whom it is.
func (d *Door) unintroduced(from netip.AddrPort, cause error) []byte {
	told := d.gate.unintroduced(from, cause)
	sentence := refusalLine(told)
	d.Refused.Proxy.Add(1)
	d.shutOut(from, told, sentence)
	return sentence
}

// speaksProxy says whether a line, and what came behind it, are the beginning of
// a header of the PROXY protocol.
func speaksProxy(line, extra []byte) bool {
	certainly, _ := proxy.Begins(line)
	return certainly || len(line) == 0 && bytes.HasPrefix(extra, []byte("\r\n\x00\r\nQUIT\n"))
}

// introduce reads for whom the connection of a proxy is, or finds that it
// speaks HTTP itself.
func (d *HTTPDoor) introduce(c *pump.Caller) pump.Verdict {
	client, size, err := proxy.ReadHeader(c.Said)
	switch {
	case errors.Is(err, proxy.ErrNone):
		return pump.Verdict{Kind: pump.PassOn}
	case err != nil:
		return pump.Verdict{Kind: pump.TurnAway, Sentence: badRequest(d.gate.unintroduced(c.From(), err))}
	case size == 0 && c.Over && len(c.Said) == 0:
		return pump.Verdict{Kind: pump.Hang}
	case size == 0:
		return pump.Verdict{}
	}
	return pump.Verdict{Kind: pump.Introduce, Introduced: pump.Introduced{Said: size, From: client, Ticket: d.gate.enterHTTP(client)}}
}

// enterHTTP gives a place to him for whom a proxy's connection is: he is client,
// or the proxy itself.
func (g *Gate) enterHTTP(client netip.AddrPort) pump.Ticket {
	switch {
	case !client.IsValid():
		return forItself
	case g.Proxies.Has(client.Addr()):
		return speaksFor
	}
	place, ok := g.addresses.enter(client)
	if !ok {
		g.Refused.FullForIP.Add(1)
		return crowded
	}
	return place
}

// begun decides about what a client says first, where that is not the beginning
// of a request: who is too many is told so, and so is who speaks the PROXY
// protocol and may not. false: it may be a request.
func (d *HTTPDoor) begun(c *pump.Caller) (v pump.Verdict, decided bool) {
	if c.Ticket&crowded != 0 {
		switch {
		case len(c.Said) > 0:
			v = pump.Verdict{Kind: pump.TurnAway, Sentence: tooMany()}
		case c.Over:
			v.Kind = pump.Hang
		default: // he counts nowhere, and is not to stay
			v = pump.Verdict{Kind: pump.KeepBack, Sentence: tooMany()}
		}
		return v, true
	}
	switch certainly, perhaps := proxy.Begins(c.Said); {
	case certainly:
		return pump.Verdict{Kind: pump.TurnAway, Sentence: badRequest(d.gate.unintroduced(c.From(), errNotTrusted))}, true
	case perhaps && len(c.Said) > 0 && !c.Over:
		return v, true // wait
	case c.Ticket&(speaksFor|forItself) != 0 && len(c.Said) > 0:
		return pump.Verdict{Kind: pump.PassOn}, true
	}
	return v, false
}
