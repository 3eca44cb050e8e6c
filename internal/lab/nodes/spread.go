package nodes

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"matchstream/internal/lab"
)

// Spread carries a crowd that is spread evenly over nodes: a crowd for each.
type Spread struct {
	Carrier lab.Carrier
	Nodes   []Node
	Matches []string // of each node, where each has its own; nil: the plan's is on all
}

// Gather has a crowd come to each node. If one of them cannot, nobody does.
func (s Spread) Gather(ctx context.Context, p lab.Plan) (lab.Crowd, error) {
	c := &crowds{settled: make(chan struct{})}
	ctx, c.cancel = context.WithCancel(ctx)
	for _, part := range s.parts(p) {
		crowd, err := s.Carrier.Gather(ctx, part)
		if err != nil {
			c.cancel()
			for _, began := range c.all {
				began.Finish(ctx, 0, 0)
			}
			return nil, fmt.Errorf("for node %s: %w", s.name(part.Server), err)
		}
		c.all, c.users = append(c.all, crowd), append(c.users, part.Users)
	}
	go func() {
		defer close(c.settled)
		for _, crowd := range c.all {
			<-crowd.Settled()
		}
	}()
	return c, nil
}

// name of the node at a URL.
func (s Spread) name(server string) string {
	i := slices.IndexFunc(s.Nodes, func(n Node) bool { return n.Server == server })
	return s.Nodes[i].Name
}

// parts of a plan, one for each node.
func (s Spread) parts(p lab.Plan) (all []lab.Plan) {
	n, first := len(s.Nodes), p.First
	for i, node := range s.Nodes {
		part := p
		part.Seed += uint64(i)
		part.Users, part.Stalled = share(p.Users, i, n), share(p.Stalled, i, n)
		part.AtOnce = max(1, share(p.AtOnce, i, n))
		part.First, first = first, first+part.Users+part.Stalled
		part.Server = node.Server
		part.Lines = nil
		if node.Line != "" {
			part.Lines = []string{node.Line}
		}
		if s.Matches != nil {
			part.Match = s.Matches[i]
		}
		if part.Users+part.Stalled > 0 {
			all = append(all, part)
		}
	}
	return all
}

// share is the part of one of n; the shares of all are the whole.
func share(whole, i, n int) int { return whole*(i+1)/n - whole*i/n }

// crowds are one, to whoever looks at them.
type crowds struct {
	all     []lab.Crowd
	users   []int // of each
	been    []int // likewise, who have been ready; nil until all have finished
	settled chan struct{}
	cancel  context.CancelFunc
}

func (c *crowds) Settled() <-chan struct{} { return c.settled }

func (c *crowds) Tally() *lab.Tally {
	t := lab.NewTally()
	for _, crowd := range c.all {
		t.Add(crowd.Tally())
	}
	return t
}

// Finish ends all at the same time, since each waits for what is still to come.
func (c *crowds) Finish(ctx context.Context, last int, quiet time.Duration) (*lab.Tally, error) {
	defer c.cancel()
	tallies, errs := make([]*lab.Tally, len(c.all)), make([]error, len(c.all))
	var finishing sync.WaitGroup
	for i, crowd := range c.all {
		finishing.Go(func() { tallies[i], errs[i] = crowd.Finish(ctx, last, quiet) })
	}
	finishing.Wait()
	t := lab.NewTally()
	c.been = make([]int, len(c.all))
	for i, part := range tallies {
		if part != nil {
			t.Add(part)
			c.been[i] = part.Been
		}
	}
	return t, errors.Join(errs...)
}

// Fits is with how many users, spread as these were, no node has more than it let in. It
// is called behind Finish.
func (c *crowds) Fits() int {
	all, least := 0, 0
	for i, been := range c.been {
		if all += been; been < c.users[i] && (least == 0 || been < least) {
			least = been
		}
	}
	if least == 0 {
		return all
	}
	return least * len(c.been)
}
