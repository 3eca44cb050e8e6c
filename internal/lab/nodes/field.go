package nodes

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"matchstream/internal/client"
	"matchstream/internal/lab"
	"matchstream/internal/lab/operator"
)

// Opener makes a match on a server, and plays it.
type Opener func(ctx context.Context, server string) (operator.Operator, error)

// field is a number of nodes as one server, to whoever seeks its boundary: it carries
// crowds over all of them, and has the same happen on each.
type field struct {
	Spread
	open Opener
}

// operator makes a match: one that is on all nodes, or one on each. It returns when each
// node has it.
func (f *field) operator(ctx context.Context) (operator.Operator, error) {
	many := f.Nodes
	if f.Matches == nil {
		many = many[:1]
	}
	o := &operators{}
	for i, node := range many {
		one, err := f.open(ctx, node.Server)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("on node %s: %w", node.Name, err), o.Close(context.WithoutCancel(ctx)))
		}
		o.all = append(o.all, one)
		if f.Matches != nil {
			f.Matches[i] = one.Match()
		}
	}
	if f.Matches != nil {
		return o, nil
	}
	for _, node := range f.Nodes[1:] {
		if err := known(ctx, node, o.Match()); err != nil {
			return nil, errors.Join(err, o.Close(context.WithoutCancel(ctx)))
		}
	}
	return o, nil
}

// knowing is how long a node may take to hear of a match.
const knowing = 30 * time.Second

// known waits until a node has a match.
func known(ctx context.Context, node Node, match string) error {
	api, err := client.New(node.Server)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, knowing)
	defer cancel()
	for wait := client.NewBackoff(); ; {
		err := api.Call(ctx, http.MethodGet, "/1/match/"+match, "", nil, nil)
		if err == nil {
			return nil
		}
		if api.Clock.Until(ctx, time.Now().Add(wait.Next(0))) != nil {
			return fmt.Errorf("node %s has not heard of the match within %v: expected nodes that belong together (or --independent): %w", node.Name, knowing, err)
		}
	}
}

// operators play the same on several servers, as one.
type operators struct{ all []operator.Operator }

func (o *operators) Match() string { return o.all[0].Match() }

// Play has all play side by side. What was made is what each has made: the fewest, as an
// event that one lacks has not reached all.
func (o *operators) Play(ctx context.Context, first, count int, every time.Duration) *operator.Played {
	played := make([]*operator.Played, len(o.all))
	o.each(func(i int, one operator.Operator) error {
		played[i] = one.Play(ctx, first, count, every)
		return nil
	})
	sum := played[0]
	for _, p := range played[1:] {
		sent, began, took, err := min(sum.Sent, p.Sent), sum.Began, max(sum.Took, p.Took), errors.Join(sum.Err, p.Err)
		sum.Add(p)
		sum.Sent, sum.Began, sum.Took, sum.Err = sent, began, took, err
	}
	return sum
}

func (o *operators) End(ctx context.Context) error {
	return o.each(func(_ int, one operator.Operator) error { return one.End(ctx) })
}

func (o *operators) Close(ctx context.Context) error {
	return o.each(func(_ int, one operator.Operator) error { return one.Close(ctx) })
}

func (o *operators) each(do func(int, operator.Operator) error) error {
	errs := make([]error, len(o.all))
	var doing sync.WaitGroup
	for i, one := range o.all {
		doing.Go(func() { errs[i] = do(i, one) })
	}
	doing.Wait()
	return errors.Join(errs...)
}

var _ lab.Carrier = (*field)(nil)
