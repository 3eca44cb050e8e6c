package pump

import (
	"net"
	"net/netip"
	"time"
)

// Door decides about the clients that come in by a listener of a pump. All its
// methods but Pass are called by the pump's loops, several at a time, each for
// another client; none may wait for anything.
type Door interface {
	// Enter is asked about each connection. One that is not let in is told
	// refusal.
	Enter(from netip.AddrPort) (t Ticket, refusal []byte, ok bool)
	// Greet is given all that a client has said so far and decides. Nothing of
	// what c points to is kept.
	Greet(c *Caller) Verdict
	// Leave is told of each client that was let in and neither became a watcher
	// nor was passed on; undecided: he left, was silent, or had to make room for
	// another, before Greet had decided.
	Leave(t Ticket, undecided bool)
	// Pass is given connections that are for somebody else, from a goroutine
	// of its own, with their tickets. What was read already is read from it
	// first.
	Pass(c net.Conn, t Ticket)
	// Yield is asked when there is no descriptor for somebody who comes. It
	// closes one of those passed on that nobody is serving, if that one is to be
	// closed before the given one of the pump's own, and says whether it did.
	Yield(before Quiet) bool
}

// Patience of a door with its clients.
type Patience struct {
	// Handshake is how long all of it may take.
	Handshake time.Duration
	// Silence after which Greet is asked once more; 0: it is not.
	Silence time.Duration
	// Longest is how many bytes a client may say before Greet has decided.
	Longest int
	// Asked: who is not let in is told so once he has said something; an answer
	// before the question would be taken for a mistake.
	Asked bool
}

// Caller is a client at a door.
type Caller struct {
	Said   []byte // all of it
	Over   bool   // he has shut down his side: no more will come
	Silent bool   // nothing came for the time of Patience.Silence
	Ticket Ticket
	// Scratch may be appended to, for the bytes of a Verdict.
	Scratch []byte
	// From is his address: that of Introduce, or else the kernel is asked.
	From func() netip.AddrPort
}

// Verdict is what a door decides about a caller.
type Verdict struct {
	Kind VerdictKind
	// Watch of one who is let in. Its Head and Said are not kept: what cannot
	// be written at once is copied.
	Watch Watch
	// Sentence is what one who is turned away is told.
	Sentence []byte
	// Later decides, in a goroutine of its own, where that takes a while. It
	// cannot pass the client on: what he has said is not kept so long.
	Later func() Verdict
	// Introduced is who a caller is.
	Introduced Introduced
}

// Introduced is a caller of whom somebody has said who he is, before he said
// anything himself: a proxy.
type Introduced struct {
	// Said are so many bytes, which are not the caller's own: from now on
	// Caller.Said begins behind them.
	Said int
	// From is his address from now on; the zero AddrPort: the one he had.
	From netip.AddrPort
	// Ticket is his instead of the one he had, which is not told to Leave.
	Ticket Ticket
}

// VerdictKind is what is to be done.
type VerdictKind uint8

const (
	Wait      VerdictKind = iota // for more to be said
	Admit                        // he watches from now on: Watch
	TurnAway                     // he is told why, and closed: Sentence
	PassOn                       // he is for somebody else: Door.Pass
	Ponder                       // Later decides
	Hang                         // closed without a word
	Introduce                    // it is known who he is: Introduced. Greet is asked again, at once
	KeepBack                     // TurnAway, once he says something; he has a second for that
)
