package fleet

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"matchstream/internal/lab"
)

// Agent carries parts of crowds for coordinators on other machines, one coordinator at a
// time.
type Agent struct {
	Secret  []byte        // needed: an agent makes load for whoever has it
	Carrier lab.Carrier   // does the work
	Room    int           // how many users fit
	To      []string      // all that may be called, as of lab.ParseAllowed; none: any
	Pause   time.Duration // between two attempts with a wrong secret; 0: 1 s
	Note    func(string)  // told who comes and goes; called by any goroutine

	now     func() time.Time // for tests; nil: time.Now
	turn    time.Duration    // for tests; 0: changing
	place   place
	waiting atomic.Int32  // wrong attempts that wait
	slow    sync.Mutex    // held by a wrong attempt while it waits
	halls   chan struct{} // has a place for each who has not proven himself yet
	serving sync.WaitGroup
}

const (
	mostInHall = 16
	// changing is how long a coordinator waits for the one before him, who may be
	// himself a moment ago.
	changing = 5 * time.Second
)

// Serve serves who comes, until ctx ends or the listener fails. It closes the listener,
// and ends all crowds. It is called once.
func (a *Agent) Serve(ctx context.Context, l net.Listener) error {
	certificate, err := passing()
	if err != nil {
		return err
	}
	config := &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{certificate}, NextProtos: []string{protocol}}
	ctx, cancel := context.WithCancel(ctx)
	defer a.serving.Wait()
	defer cancel()
	defer context.AfterFunc(ctx, func() { l.Close() })()
	defer l.Close()
	a.halls = make(chan struct{}, mostInHall)
	for {
		c, err := l.Accept()
		switch {
		case ctx.Err() != nil:
			if err == nil {
				c.Close()
			}
			return nil
		case err != nil:
			return fmt.Errorf("the agent cannot take connections any more: %w", err)
		}
		select {
		case a.halls <- struct{}{}:
			a.serving.Go(func() { a.receive(ctx, tls.Server(c, config)) })
		default:
			c.Close() // somebody tries very often
		}
	}
}

// receive one who comes: a coordinator, if he has the secret.
func (a *Agent) receive(ctx context.Context, c *tls.Conn) {
	defer c.Close()
	from := c.RemoteAddr().String()
	l := newLink(c, mostUnproven)
	defer l.close()
	release := context.AfterFunc(ctx, func() { l.close() })
	defer release()
	out := sync.OnceFunc(func() { <-a.halls })
	who, err := a.admit(ctx, c, l, out)
	out()
	if err != nil {
		a.Note(fmt.Sprintf("%s was refused: %v", from, err))
		return
	}
	l.most = mostBytes
	if err := a.place.take(ctx, who, cmp.Or(a.turn, changing)); err != nil {
		l.send(message{Kind: greet, Error: err.Error()})
		a.Note(fmt.Sprintf("%s was refused: %v", from, err))
		return
	}
	now := a.now
	if now == nil {
		now = time.Now
	}
	a.Note(from + " is here")
	w := &worker{link: l, inner: noting{a.Carrier, a.Note, a.To}, room: a.Room, now: now}
	err = w.work(ctx)
	a.place.leave()
	if err != nil {
		a.Note(fmt.Sprintf("%s is lost, and with it its crowd: %v", from, err))
		return
	}
	a.Note(from + " has gone")
}

// admit lets in who has the secret, and shows that we have it. out has him leave the hall,
// which who waits for having a wrong secret does before: he is in nobody's way.
func (a *Agent) admit(ctx context.Context, c *tls.Conn, l *link, out func()) (who string, err error) {
	c.SetDeadline(time.Now().Add(patience))
	defer c.SetDeadline(time.Time{})
	if err := c.HandshakeContext(ctx); err != nil {
		return "", fmt.Errorf("expected a coordinator of the lab: %w", err)
	}
	m, err := l.receive()
	if err != nil {
		return "", fmt.Errorf("expected a proof that it has the secret: %w", err)
	}
	if m.Kind != proof || !proven(a.Secret, coordinator, c, m.Proof) {
		out()
		if !a.wait(ctx) {
			return "", errors.New("it has not the secret, as many before it")
		}
		l.send(message{Kind: proof, Error: "the secret is another one: expected the same file on both sides"})
		return "", errors.New("it has not the secret")
	}
	ours, err := prove(a.Secret, agent, c)
	if err != nil {
		return "", err
	}
	return m.Who, l.send(message{Kind: proof, Proof: ours})
}

// wait as long as a wrong attempt has to, one behind the other; false: there are too many.
func (a *Agent) wait(ctx context.Context) bool {
	if a.waiting.Add(1) > mostInHall {
		a.waiting.Add(-1)
		return false
	}
	defer a.waiting.Add(-1)
	a.slow.Lock()
	defer a.slow.Unlock()
	select {
	case <-time.After(cmp.Or(a.Pause, time.Second)):
	case <-ctx.Done():
	}
	return true
}

// noting tells of each crowd, and has it call only whom it may.
type noting struct {
	lab.Carrier
	note func(string)
	to   []string
}

// Gather as of a lab.Carrier.
func (n noting) Gather(ctx context.Context, p lab.Plan) (lab.Crowd, error) {
	p.To = n.to // looked at where a name becomes the address that is called, by who carries
	n.note(fmt.Sprintf("%d users come, to %s", p.Users+p.Stalled, target(p)))
	crowd, err := n.Carrier.Gather(ctx, p)
	if err != nil {
		n.note(fmt.Sprintf("no users come: %v", err))
	}
	return crowd, err
}

// target is where a crowd goes.
func target(p lab.Plan) string {
	if p.Server == "" && len(p.Lines) > 0 {
		return p.Lines[0]
	}
	return p.Server
}
