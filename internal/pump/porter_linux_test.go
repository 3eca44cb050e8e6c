package pump_test

import (
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"matchstream/internal/pump"
)

// porter is a door that does what the line says that a client begins with. He
// keeps a book of everybody he let in.
type porter struct {
	stream  *pump.Stream
	greeted chan string           // what each Greet was given
	thinks  chan struct{}         // a Later has begun
	think   chan struct{}         // and may go on
	passed  chan net.Conn         // to somebody else
	froms   chan netip.AddrPort   // of whom he decided about
	ends    chan end              // of whom he let in
	enter   func() (ok bool)      // nil: everybody is let in
	yield   func(pump.Quiet) bool // nil: nobody is closed
	silent  pump.VerdictKind      // about who is silent
	over    pump.VerdictKind      // about who says no more
	fails   func(where string)    // may panic
	send    time.Duration         // the pump\'s SendTimeout; a tick is an eighth of it, to 100 ms

	mu     sync.Mutex
	last   pump.Ticket
	book   map[pump.Ticket]int // how often each has ended
	inside int
	most   int // that were inside at once
	going  going
}

// going are clients who leave while it may be pondered about them. Their descriptor comes
// free at once, and the porter is told of that only when it has been pondered; so from when
// they go they are not inside.
type going struct {
	tickets map[netip.AddrPort]pump.Ticket // of who has come, by his address
	early   map[netip.AddrPort]bool        // who goes before he was let in
	out     map[pump.Ticket]bool           // counted out, and not yet told of
}

// end of one who was let in.
type end struct {
	ticket    pump.Ticket
	watched   bool
	undecided bool        // who did not watch
	why       pump.Reason // who did
}

func newPorter(s *pump.Stream) *porter {
	p := &porter{stream: s, greeted: make(chan string, 10_000), thinks: make(chan struct{}, 10_000), think: make(chan struct{}),
		passed: make(chan net.Conn, 1000), froms: make(chan netip.AddrPort, 10_000), ends: make(chan end, 10_000), book: map[pump.Ticket]int{}, going: going{map[netip.AddrPort]pump.Ticket{}, map[netip.AddrPort]bool{}, map[pump.Ticket]bool{}}, fails: func(string) {}, send: 80 * time.Millisecond}
	s.Left = func(why pump.Reason, _ pump.Sent, t pump.Ticket) {
		p.gone("left", end{ticket: t, watched: true, why: why})
	}
	return p
}

func (p *porter) Enter(from netip.AddrPort) (pump.Ticket, []byte, bool) {
	p.fails("enter")
	if p.enter != nil && !p.enter() {
		return 0, []byte("<refused>"), false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last++
	p.book[p.last] = 0
	p.inside++
	p.going.tickets[from] = p.last
	if p.going.early[from] {
		delete(p.going.early, from)
		p.goes(p.last)
	}
	p.most = max(p.most, p.inside)
	return p.last, nil, true
}

// Goes is said before a client leaves about whom it may be pondered.
func (p *porter) Goes(from netip.AddrPort) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t, came := p.going.tickets[from]; came && p.book[t] == 0 {
		p.goes(t)
	} else {
		p.going.early[from] = true
	}
}

// goes counts one out who was not told of yet. Called with mu held.
func (p *porter) goes(t pump.Ticket) {
	if p.book[t] == 0 && !p.going.out[t] {
		p.going.out[t] = true
		p.inside--
	}
}

func (p *porter) Greet(c *pump.Caller) pump.Verdict {
	said := string(c.Said)
	if c.Silent {
		said += "|silent"
	}
	if c.Over {
		said += "|over"
	}
	p.greeted <- said
	p.fails("greet")
	line, rest, whole := bytes.Cut(c.Said, []byte("\n"))
	whom, introduced := strings.CutPrefix(string(line), "for ")
	switch {
	case whole && introduced:
		return p.introduce(whom, len(line)+1, c.Ticket)
	case whole:
		p.froms <- c.From()
		return p.verdict(string(line), rest, c.Ticket)
	case c.Silent && p.silent == pump.Admit || c.Over && p.over == pump.Admit:
		return p.verdict("watch", nil, c.Ticket)
	}
	return pump.Verdict{}
}

// introduce somebody: he gets a ticket of his own.
func (p *porter) introduce(whom string, said int, instead pump.Ticket) pump.Verdict {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.book, instead)
	p.last++
	p.book[p.last] = 0
	from, _ := netip.ParseAddrPort(whom) // "itself" is nobody else
	return pump.Verdict{Kind: pump.Introduce, Introduced: pump.Introduced{Said: said, From: from, Ticket: p.last}}
}

func (p *porter) verdict(line string, rest []byte, t pump.Ticket) pump.Verdict {
	if after, ponders := strings.CutPrefix(line, "later "); ponders {
		return pump.Verdict{Kind: pump.Ponder, Later: func() pump.Verdict {
			p.thinks <- struct{}{}
			<-p.think
			p.fails("later")
			return p.verdict(after, bytes.Clone(rest), t)
		}}
	}
	switch line {
	case "watch":
		p.stream.Lane.Acquire()
		v := p.stream.Lane.View()
		return pump.Verdict{Kind: pump.Admit, Watch: pump.Watch{Stream: p.stream, Cursor: v.Join(), Head: v.Status(true), Said: rest, Ticket: t}}
	case "away":
		return pump.Verdict{Kind: pump.TurnAway, Sentence: []byte("<away>")}
	case "away without a word":
		return pump.Verdict{Kind: pump.TurnAway}
	case "pass":
		return pump.Verdict{Kind: pump.PassOn}
	}
	return pump.Verdict{Kind: pump.Hang}
}

func (p *porter) Leave(t pump.Ticket, undecided bool) {
	p.gone("leave", end{ticket: t, undecided: undecided})
}

func (p *porter) Pass(c net.Conn, t pump.Ticket) {
	p.gone("leave", end{ticket: t})
	p.passed <- c
}

func (p *porter) Yield(before pump.Quiet) bool { return p.yield != nil && p.yield(before) }

func (p *porter) gone(where string, e end) {
	p.mu.Lock()
	p.book[e.ticket]++
	if p.going.out[e.ticket] {
		delete(p.going.out, e.ticket)
	} else {
		p.inside--
	}
	p.mu.Unlock()
	p.ends <- e
	p.fails(where)
}

// balance says what is wrong with the book.
func (p *porter) balance() (wrong []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for ticket, ends := range p.book {
		if ends != 1 {
			wrong = append(wrong, fmt.Sprintf("ticket %d has ended %d times", ticket, ends))
		}
	}
	return wrong
}

// entered is how many were let in so far.
func (p *porter) entered() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return int(p.last)
}

// mostInside is how many were at once.
func (p *porter) mostInside() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.most
}
