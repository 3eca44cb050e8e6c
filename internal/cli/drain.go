package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

type drainCommand struct {
	nodeAsked
	Over  *time.Duration `placeholder:"TIME" help:"Over how long (30s, 5m); else the node's --drain."`
	Force bool           `help:"Also if no other node takes watchers: they come back in vain until undrain."`
	Wait  bool           `help:"Show how many watch still, until nobody does."`
}

// Help stands above the flags.
func (drainCommand) Help() string {
	return "The node goes on and answers requests, but is rid of its watchers, before its machine is worked on: readyz says 503, checkin names other nodes, " +
		"after --drain-delay who comes to watch is turned away, and who watches is told to come back, one after the other. " +
		"It stays so until undrain, or its end. (SIGTERM does the same and then stops it.)"
}

// Examples end the help.
func (drainCommand) Examples() string {
	return `matchstream admin drain --wait
matchstream admin drain node-b --over 2m --wait
matchstream admin undrain node-b`
}

// Run drains a node.
func (c *drainCommand) Run(ctx context.Context, w *world) error {
	values := url.Values{}
	if c.Over != nil {
		values.Set("over", c.Over.String())
	}
	if c.Force {
		values.Set("force", "1")
	}
	now, err := c.ask(ctx, http.MethodPost, "/drain", values)
	if err != nil {
		return err
	}
	w.printf("node %s is being drained of %s\n", now.Node, watchersOf(now.Watchers))
	if !c.Wait {
		return nil
	}
	return c.wait(ctx, w, now)
}

// wait until nobody watches, and show how many do.
func (c *drainCommand) wait(ctx context.Context, w *world, now nodeCrowd) (err error) {
	over := isTerminal(w.stdout)
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for last := now.Watchers; now.Watchers > 0; last = now.Watchers {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("node %s goes on draining; to take it back: matchstream admin undrain", now.Node)
		}
		name := now.Node
		if now, err = c.ask(ctx, http.MethodGet, "/crowd", url.Values{}); err != nil {
			return err
		}
		switch {
		case !now.Draining:
			return errors.New("the drain of node " + name + " was taken back, or it has started again")
		case over:
			w.printf("\r\x1b[K%s left", watchersOf(now.Watchers))
		case now.Watchers != last:
			w.printf("%s left\n", watchersOf(now.Watchers))
		}
	}
	if over {
		w.printf("\r\x1b[K")
	}
	w.printf("nobody watches on node %s\n", now.Node)
	return nil
}

type undrainCommand struct{ nodeAsked }

// Help stands above the flags.
func (undrainCommand) Help() string {
	return "The node takes watchers again, and who has not left yet stays. What is left of a shed is taken back, too."
}

// Examples end the help.
func (undrainCommand) Examples() string { return `matchstream admin undrain node-b` }

// Run takes a drain back.
func (c *undrainCommand) Run(ctx context.Context, w *world) error {
	now, err := c.ask(ctx, http.MethodPost, "/undrain", url.Values{})
	if err != nil {
		return err
	}
	w.printf("node %s takes watchers again; it has %s\n", now.Node, watchersOf(now.Watchers))
	return nil
}

func watchersOf(n int64) string {
	if n == 1 {
		return "1 watcher"
	}
	return fmt.Sprintf("%d watchers", n)
}
