package cli

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

type shedCommand struct {
	Share string `arg:"" help:"How many of its watchers: 1% to 100%."`
	nodeAsked
	Over time.Duration `default:"30s" placeholder:"TIME" help:"Over how long."`
}

// Help stands above the flags.
func (shedCommand) Help() string {
	return "Some of a node's watchers, drawn by lot, are told to come back, one after the other: to a node that has just come, say. " +
		"Where they go is for checkin, or the load balancer, to say; they miss nothing. " +
		"To have that done all the time, little by little, there is serve --max-age."
}

// Examples end the help.
func (shedCommand) Examples() string {
	return `matchstream admin shed 10%
matchstream admin shed 50% node-b --over 5m`
}

// Run sends a share of a node's watchers away.
func (c *shedCommand) Run(ctx context.Context, w *world) error {
	now, err := c.ask(ctx, http.MethodPost, "/shed", url.Values{"share": {c.Share}, "over": {c.Over.String()}})
	if err != nil {
		return err
	}
	w.printf("%d of %s of node %s are sent away over %v\n", now.Told, watchersOf(now.Watchers), now.Node, c.Over)
	return nil
}
