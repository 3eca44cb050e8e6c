package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"matchstream/internal/client"
	"matchstream/internal/lab"
	"matchstream/internal/lab/bound"
	"matchstream/internal/lab/operator"
	"matchstream/internal/lab/search"
	"matchstream/internal/lab/suspects"
)

// understand makes options of the flags.
func (c *labBoundCommand) understand(ctx context.Context) (o bound.Options, err error) {
	if err := c.sensible(); err != nil {
		return o, usageError{err}
	}
	o = bound.Options{
		Searches: c.Search, Plan: lab.Plan{Seed: 1, Match: c.Match, API: c.API, Patience: c.Patience},
		First: search.Size{Users: c.N, AtOnce: c.C}, Most: search.Size{Users: c.Max, AtOnce: c.MaxAtOnce}, Precision: float64(c.Precision),
		Events: c.Events, Every: c.Every, Over: c.Over, Quiet: c.Patience,
		Apart: len(c.Agents) > 0, Look: suspects.Where{Nodes: []suspects.Node{{PID: c.PID, Canary: true}}},
	}
	if o.Plan.Server, err = client.BaseURL(c.Server); err != nil {
		return o, usagef("--server: %w", err)
	}
	if o.Plan.Via, err = parseVia(c.Via); err != nil {
		return o, usagef("--via: %w", err)
	}
	if err := c.simulateService.into(&o.Plan); err != nil {
		return o, usageError{err}
	}
	if o.Plan.Service != nil {
		o.Searches = []string{bound.Streams}
	}
	if o.Apart && isLoopback(o.Plan) && !slices.ContainsFunc(c.Agents, here) {
		return o, usagef("--server: expected an address that the agents reach, which are on other machines, not %s", o.Plan.Server)
	}
	carrier, err := c.carrier()
	if err != nil {
		return o, err
	}
	o.Carrier = carrier
	if o.Most.Users == 0 && !o.Apart {
		o.Most.Users = carrier.Capacity()
	}
	o.Same = onThisMachine(ctx, o.Plan)
	if err := c.operate(&o); err != nil {
		return o, err
	}
	if err := c.expectations(&o); err != nil {
		return o, usageError{err}
	}
	return o, c.admin(&o)
}

// sensible says what cannot be meant.
func (c *labBoundCommand) sensible() error {
	switch {
	case c.N < 1 || c.C < 1 || c.C > c.N:
		return fmt.Errorf("-n %d -c %d: expected at least one user, and of these at least one at once", c.N, c.C)
	case c.Max < 0 || c.MaxAtOnce < 0 || c.AtLeast < 0 || c.PID < 0:
		return fmt.Errorf("--max %d --max-at-once %d --at-least %d --pid %d: expected no less than 0", c.Max, c.MaxAtOnce, c.AtLeast, c.PID)
	case c.Max > 0 && c.AtLeast > c.Max:
		return fmt.Errorf("--at-least %d: expected no more than --max %d", c.AtLeast, c.Max)
	case c.Events < 1 || c.Every <= 0 || c.Over < 0 || c.Patience <= 0:
		return fmt.Errorf("--events %d --every %v --over %v --patience %v: expected an event, some time between two, and some patience", c.Events, c.Every, c.Over, c.Patience)
	case c.PID > 0 && c.Admin != "":
		return errors.New("--pid: expected without --admin, which says more")
	}
	return nil
}

// operate says who makes events happen, and what is asked for.
func (c *labBoundCommand) operate(o *bound.Options) error {
	if o.Plan.Service != nil {
		return c.publish(o)
	}
	server, onlyHTTP := o.Plan.Server, slices.Equal(o.Searches, []string{bound.HTTP})
	o.Requests = func(match string) []lab.Request { return articleRequests(server, match) }
	token, err := labToken(c.TokenFile)
	switch {
	case err != nil:
		return err
	case c.Match != "":
		return nil
	case token == "" && onlyHTTP:
		return nil
	case token == "":
		return usagef("expected an operator's token in $%s or in the file given by --token-file, for a match of the lab's own; or --match ID, in which the lab has nothing happen", tokenVariable)
	}
	o.Operator = func(ctx context.Context) (operator.Operator, error) { return ownMatch(ctx, server, token, c.Patience) }
	return nil
}

// publish is how events happen on another service, where that is known.
func (c *labBoundCommand) publish(o *bound.Options) error {
	f, err := c.read()
	if err != nil || f == nil || f.Publish == nil {
		return err
	}
	to := operator.Publish{Match: f.Match, URL: f.Publish.URL, Method: f.Publish.Method, Headers: f.Publish.Headers, Body: f.Publish.Body}
	if _, err := operator.NewPublisher(to, operator.Timing{}); err != nil {
		return usageError{err}
	}
	o.Operator = func(context.Context) (operator.Operator, error) {
		return operator.NewPublisher(to, operator.Timing{Patience: c.Patience})
	}
	return nil
}

// admin says where the server can be looked at.
func (c *labBoundCommand) admin(o *bound.Options) error {
	if c.Admin == "" {
		return nil
	}
	base, err := client.BaseURL(c.Admin)
	if err != nil {
		return usagef("--admin: %w", err)
	}
	token, err := labToken(c.TokenFile)
	if err != nil {
		return err
	}
	o.Admin, o.Look.Nodes[0].Metrics, o.By = []string{base}, base+"/metrics", &http.Client{Transport: bearer{token: token}}
	return nil
}
