package fleet

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"
)

// me is who this process is as a coordinator, so that an agent lets it have several
// crowds at once, and nobody else.
var me = sync.OnceValue(rand.Text)

// mostCrowds is how many crowds a coordinator has at once at most.
const mostCrowds = 64

// place is the one that an agent has for a coordinator.
type place struct {
	mu    sync.Mutex
	who   string // has it; "": nobody
	times int    // how many crowds he has
	free  chan struct{}
}

// take it for one more crowd. Whoever else has it may be about to go, so that is waited
// for.
func (p *place) take(ctx context.Context, who string, turn time.Duration) error {
	within := time.NewTimer(turn)
	defer within.Stop()
	for {
		p.mu.Lock()
		if p.who == who && p.times >= mostCrowds {
			p.mu.Unlock()
			return fmt.Errorf("it carries %d crowds for this coordinator: expected no more", mostCrowds)
		}
		if p.times == 0 || p.who == who {
			if p.times == 0 {
				p.free = make(chan struct{})
			}
			p.who = who
			p.times++
			p.mu.Unlock()
			return nil
		}
		free := p.free
		p.mu.Unlock()
		select {
		case <-free:
		case <-within.C:
			return errors.New("it carries a crowd for another coordinator: expected one at a time")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *place) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.times--; p.times == 0 {
		close(p.free)
	}
}
