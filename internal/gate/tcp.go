package gate

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"time"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/pump"
	"matchstream/internal/wire"
)

const (
	// tcpTalk is how much a TCP client may say after his line (spec: tcp-v1).
	tcpTalk = 4 << 10
	// finding is how long the journal of a match that is over may take to read.
	finding = 5 * time.Second
)

// Door is one listener of the line protocol.
type Door struct {
	net.Listener
	watchers atomic.Int64
}

// Watchers is how many came in by this door and are still there.
func (d *Door) Watchers() int64 { return d.watchers.Load() }

// ServeTCP takes connections until the door's listener is closed.
func (g *Gate) ServeTCP(l *Door) {
	pause := time.Duration(0)
	for {
		c, err := l.Accept()
		switch {
		case err == nil:
			pause = 0
			if g.waiting.add(c) {
				go g.greet(c, l)
			} else {
				c.Close()
			}
		case errors.Is(err, net.ErrClosed):
			return
		default:
			// Most likely no descriptor is free. They come free again.
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			g.Log.Warn("a connection could not be accepted", "cause", err, "pause", pause)
			time.Sleep(pause)
		}
	}
}

// greet does the dialogue with one client, and hands him to the pump.
func (g *Gate) greet(c net.Conn, by *Door) {
	defer g.waiting.done(c)
	defer func() {
		if cause := recover(); cause != nil { // one client's trouble, not the node's
			c.Close()
			if g.Panicked != nil {
				g.Panicked(cause)
			}
		}
	}()
	leave, err := g.enter(c.RemoteAddr().String())
	if err != nil {
		g.turnAway(c, err)
		return
	}
	client := handover{leave: leave}
	defer client.end()
	w, err := g.admit(c)
	if err != nil {
		client.end() // while he is told why, another may come in
		if !errors.Is(err, errSilent) {
			g.turnAway(c, err)
			return
		}
		g.Refused.Handshake.Add(1)
		c.Close()
		return
	}
	by.watchers.Add(1)
	left := w.Left
	w.Left = func(why pump.Reason) {
		left(why)
		by.watchers.Add(-1)
	}
	c.SetDeadline(time.Time{})
	g.Pump.Attach(c, client.watch(w))
}

// admit reads the client's line and makes his watch. Its errors are sentences
// for a person.
func (g *Gate) admit(c net.Conn) (pump.Watch, error) {
	line, extra, err := readLine(c, g.HandshakeTimeout, g.waiting.over)
	if err != nil {
		return pump.Watch{}, err
	}
	hello, err := wire.ParseConnect(line)
	if err != nil {
		g.Refused.Handshake.Add(1)
		return pump.Watch{}, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), finding)
	defer cancel()
	m, err := g.Live.Match(ctx, hello.Match)
	if errors.Is(err, live.ErrNotFound) {
		return pump.Watch{}, errors.New("match not found: " + hello.Match)
	}
	if err != nil {
		g.Log.Error("a match cannot be served", "match", hello.Match, "cause", err)
		return pump.Watch{}, errors.New("the match cannot be read now, try again later: " + hello.Match)
	}
	f := wire.TCP
	if hello.IDs {
		f = wire.TCPIDs
	}
	w := g.watch(m, f, hello.User, hello.Since)
	w.Hear, w.HalfClose, w.Counts = discard(tcpTalk-extra), true, &g.TCP
	return w, nil
}

// watch is what all three protocols have in common: the lane, counted in, the
// cursor, and the status for who joins.
func (g *Gate) watch(m *live.Match, f wire.Format, user string, since *match.Position) pump.Watch {
	lane, joined := m.Lane(f), false
	defer func() {
		if !joined { // a panic: the status could not be encoded
			lane.Release()
		}
	}()
	at, first, _ := place(lane.View(), m.View().Info.Epoch, since)
	left := m.Joined(user)
	joined = true
	return pump.Watch{Lane: lane, Cursor: at, Head: first, Heartbeat: wire.Heartbeat(f),
		Farewell: g.farewell(f, m.ID()), Left: func(pump.Reason) { left() }}
}

// turnAway says why, and closes so that it is heard: a reset, for bytes of the
// client's that nobody read, would overtake the sentence.
func (g *Gate) turnAway(c net.Conn, why error) {
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Second))
	if _, err := c.Write(wire.AppendTCPError(nil, why.Error())); err != nil {
		return
	}
	if t, ok := c.(*net.TCPConn); ok {
		t.CloseWrite()
	}
	var buffer [512]byte
	for total := 0; total < tcpTalk; {
		n, err := c.Read(buffer[:])
		if err != nil {
			return
		}
		total += n
	}
}
