package fleet

import (
	"context"
	"sync"
	"time"

	"matchstream/internal/lab"
)

// Crowd is a lab.Crowd of parts.
type Crowd struct {
	parts   []*part
	settled chan struct{}
	cancel  context.CancelFunc
	done    sync.WaitGroup
}

// Part is one part of a crowd, for who wants to know where it is.
type Part struct {
	Name   string
	Remote bool // on another machine
	Users  int
	Ahead  time.Duration // how far its clock is ahead of ours …
	Within time.Duration // … give or take
}

func newCrowd(parts []*part, cancel context.CancelFunc) *Crowd {
	c := &Crowd{parts: parts, settled: make(chan struct{}), cancel: cancel}
	c.done.Go(func() {
		for _, p := range parts {
			select {
			case <-p.settled:
			case <-p.lost:
			}
		}
		close(c.settled)
	})
	return c
}

// Parts are where it is carried.
func (c *Crowd) Parts() (all []Part) {
	for _, p := range c.parts {
		all = append(all, Part{Name: p.name, Remote: p.remote, Users: p.share.Users, Ahead: p.clock.ahead, Within: p.clock.within})
	}
	return all
}

// Settled as of a lab.Crowd; who is lost has settled, too.
func (c *Crowd) Settled() <-chan struct{} { return c.settled }

// Tally is how it stands. A part that does not answer within some seconds, or is lost,
// is taken as it last was.
func (c *Crowd) Tally() *lab.Tally {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	together(c.parts, func(p *part) (message, error) {
		if p.isFinal() {
			return message{}, nil
		}
		return p.ask(ctx, message{Kind: count})
	})
	return c.merged()
}

func (c *Crowd) merged() *lab.Tally {
	all := lab.NewTally()
	for _, p := range c.parts {
		all.Add(p.tally())
	}
	return all
}
