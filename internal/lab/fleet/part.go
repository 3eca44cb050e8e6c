package fleet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"matchstream/internal/lab"
)

// part is a part of a crowd, as the coordinator sees it: a process or an agent. Its
// methods may be called by any goroutine.
type part struct {
	name    string
	link    *link
	remote  bool         // on another machine
	ended   func() error // waits for the end of what it was; its error is why it ended
	hello   hello
	clock   offset
	share   lab.Plan
	refusal string // instead of a hello
	greeted chan struct{}
	settled chan struct{}
	lost    chan struct{} // closed when nothing comes any more
	done    sync.WaitGroup
	mu      struct {
		sync.Mutex
		last    *lab.Tally // as it was told last
		final   bool       // last is
		why     error      // it is lost
		closing bool       // and that is meant
		asked   int
		waiting map[int]chan message
	}
}

func newPart(name string, l *link) *part {
	p := &part{name: name, link: l, ended: func() error { return nil },
		greeted: make(chan struct{}), settled: make(chan struct{}), lost: make(chan struct{})}
	p.mu.last, p.mu.waiting = lab.NewTally(), map[int]chan message{}
	return p
}

// begin listens, and waits until it is there. With an error it has been closed. ctx ends
// the part.
func (p *part) begin(ctx context.Context) (err error) {
	p.done.Go(p.listen)
	p.done.Go(p.sayOften)
	release := context.AfterFunc(ctx, func() { p.link.close() })
	p.done.Go(func() { <-p.lost; release() })
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	within := time.NewTimer(patience)
	defer within.Stop()
	select {
	case <-p.greeted:
	case <-p.lost:
		if !closed(p.greeted) { // both may have happened
			return p.failed()
		}
	case <-within.C:
		return fmt.Errorf("%s said nothing for %v: expected a hello of the lab", p.name, patience)
	}
	switch {
	case p.refusal != "":
		return fmt.Errorf("%s refuses: %s", p.name, p.refusal)
	case p.hello.Version != version:
		return fmt.Errorf("%s speaks version %d of the lab's protocol: expected %d; run the same program on all machines", p.name, p.hello.Version, version)
	}
	if p.remote {
		p.clock, err = p.compare(ctx)
	}
	return err
}

// listen takes what comes, until nothing does.
func (p *part) listen() {
	var err error
	for err == nil {
		var m message
		if m, err = p.link.receive(); err == nil {
			p.take(m)
		}
	}
	p.link.close()
	if errors.Is(err, io.EOF) {
		err = errors.New("it has hung up")
	}
	if ended := p.ended(); ended != nil {
		err = ended
	}
	p.mu.Lock()
	p.mu.why = err
	p.mu.Unlock()
	close(p.lost)
}

func (p *part) take(m message) {
	switch {
	case m.Kind == greet && !closed(p.greeted):
		if m.Hello != nil {
			p.hello = *m.Hello
		}
		p.refusal = m.Error
		close(p.greeted)
	case m.Kind == settled && !closed(p.settled):
		close(p.settled)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if m.Tally != nil && !p.mu.final {
		p.mu.last, p.mu.final = m.Tally, m.Kind == finish
	}
	if answer, ok := p.mu.waiting[m.ID]; ok {
		answer <- m // has room for one
		delete(p.mu.waiting, m.ID)
	}
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// sayOften says something every beat, so that either side sees when the other is gone.
func (p *part) sayOften() {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			p.link.send(message{Kind: clock})
		case <-p.lost:
			return
		}
	}
}

// ask a question and wait for its answer.
func (p *part) ask(ctx context.Context, m message) (message, error) {
	answer := make(chan message, 1)
	p.mu.Lock()
	p.mu.asked++
	m.ID = p.mu.asked
	p.mu.waiting[m.ID] = answer
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.mu.waiting, m.ID)
		p.mu.Unlock()
	}()
	p.link.send(m) // that it cannot be sent is seen by who listens
	var a message
	select {
	case a = <-answer:
	case <-ctx.Done():
		return a, ctx.Err()
	case <-p.lost:
		select {
		case a = <-answer: // the last that it has said
		default:
			return a, p.failed()
		}
	}
	if a.Error != "" {
		return a, fmt.Errorf("%s: %s", p.name, a.Error)
	}
	return a, nil
}

// failed is why it is lost.
func (p *part) failed() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return fmt.Errorf("%s is lost: %w", p.name, p.mu.why)
}

// gather has its share come.
func (p *part) gather(ctx context.Context) error {
	p.share.Ahead += p.clock.ahead
	_, err := p.ask(ctx, message{Kind: gather, Plan: &p.share})
	return err
}

// compare its clock with ours.
func (p *part) compare(ctx context.Context) (offset, error) {
	return compare(time.Now, func() (time.Time, error) {
		a, err := p.ask(ctx, message{Kind: clock})
		return time.Unix(0, a.Time), err
	})
}

// tally is how it stands; of one that is lost, how it stood when it was last asked.
func (p *part) tally() *lab.Tally {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := lab.NewTally()
	t.Add(p.mu.last)
	if closed(p.lost) && !p.mu.final && !p.mu.closing {
		t.Ready, t.Away = 0, 0
		t.Own[lab.OwnFailure] += int64(p.share.Users)
		t.Find(lab.Finding{Code: lab.OwnFailure, When: time.Now(), Who: p.name,
			Text: fmt.Sprintf("%d users are lost with %s: %v", p.share.Users, p.name, p.mu.why)})
	}
	return t
}

func (p *part) isFinal() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.mu.final
}

// close ends it and waits for its end.
func (p *part) close() {
	p.mu.Lock()
	p.mu.closing = true
	p.mu.Unlock()
	p.link.send(message{Kind: stop})
	p.link.close() // that it could not be told so is all the same now
	p.done.Wait()
}
