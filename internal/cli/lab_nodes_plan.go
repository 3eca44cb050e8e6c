package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"

	"matchstream/internal/client"
	"matchstream/internal/lab"
	"matchstream/internal/lab/bound"
	"matchstream/internal/lab/nodes"
	"matchstream/internal/lab/operator"
	"matchstream/internal/lab/record"
	"matchstream/internal/lab/search"
	"matchstream/internal/lab/suspects"
)

// understand makes a search of the flags, and says what a record of it begins with.
func (c *labNodesCommand) understand(ctx context.Context, w *world) (s nodes.Search, begin lab.Begin, err error) {
	if err := c.sensible(); err != nil {
		return s, begin, usageError{err}
	}
	s = nodes.Search{Max: c.Max, Apart: c.Independent}
	token, err := c.nodes(&s)
	if err != nil {
		return s, begin, err
	}
	defer func() {
		if err != nil && s.Started != nil {
			err = errors.Join(err, s.Started.Stop())
		}
	}()
	s.Bound = bound.Options{
		Searches: []string{c.Search}, Plan: lab.Plan{Seed: 1, Patience: c.Patience},
		First: search.Size{Users: c.N, AtOnce: c.C}, Most: search.Size{Users: c.MaxUsers}, Precision: float64(c.Precision),
		Events: c.Events, Every: c.Every, Quiet: c.Patience, Apart: len(c.Agents) > 0,
		Same: s.Started != nil || c.whereabouts(ctx, s.Given),
	}
	if s.Bound.Plan.Via, err = parseVia(c.Via); err != nil {
		return s, begin, usagef("--via: %w", err)
	}
	carrier, err := c.carrier()
	if err != nil {
		return s, begin, err
	}
	s.Bound.Carrier = carrier
	if s.Bound.Most.Users == 0 && !s.Bound.Apart {
		s.Bound.Most.Users = carrier.Capacity()
	}
	s.Open = func(ctx context.Context, server string) (operator.Operator, error) {
		return ownMatch(ctx, server, token, c.Patience)
	}
	s.Requests = articleRequests
	expect := c.Expect
	if expect == "" {
		expect = boundExpects + "," + boundEvents
	}
	if s.Bound.Expected, err = lab.ParseExpected(expect); err != nil {
		return s, begin, usagef("--expect %w", err)
	}
	if c.Expect == "" { // of what is expected of all searches, that which this one has
		s.Bound.Expected = slices.DeleteFunc(s.Bound.Expected, func(x lab.Expected) bool { return !bound.Applies(x, c.Search) })
	}
	begin = lab.Begin{Stage: "nodes", Args: w.args, Settings: record.Settings()}
	for _, x := range s.Bound.Expected {
		if !bound.Applies(x, c.Search) {
			return s, begin, usagef("--expect %s: expected something that --search %s has", x.Text, c.Search)
		}
		begin.Expected = append(begin.Expected, x.Text)
	}
	begin.Settings.Server = c.ofServer(ctx, s)
	return s, begin, nil
}

// ofServer is what the first node that is given says of itself; of nodes that are started
// with which flags that is: they are of this program, in this environment.
func (c *labNodesCommand) ofServer(ctx context.Context, s nodes.Search) map[string]string {
	if s.Started != nil {
		return map[string]string{"flags": c.Flags, "store": c.Store, "independent": fmt.Sprint(c.Independent)}
	}
	o := bound.Options{Plan: lab.Plan{Server: s.Given[0].Server}, By: http.DefaultClient}
	if s.Given[0].Admin != "" {
		o.Look.Nodes = []suspects.Node{{Metrics: s.Given[0].Admin + "/metrics"}}
	}
	return (&labBoundCommand{}).ofServer(ctx, o)
}

// sensible says what cannot be meant.
func (c *labNodesCommand) sensible() error {
	switch {
	case c.Max < 1:
		return fmt.Errorf("--max %d: expected at least one node", c.Max)
	case c.N < 1 || c.C < 1 || c.C > c.N:
		return fmt.Errorf("-n %d -c %d: expected at least one user, and of these at least one at once", c.N, c.C)
	case c.MaxUsers < 0 || c.Users < 0 || c.Spare < 0 || c.PerNode < 0 || c.Cores < 0:
		return fmt.Errorf("--max-users %d --users %d --spare %d --per-node %d --cores %d: expected no less than 0", c.MaxUsers, c.Users, c.Spare, c.PerNode, c.Cores)
	case c.Users > 0 && c.Search == bound.HTTP:
		return errors.New("--users: expected with --search streams or both, since requests alone do not say what a watcher costs")
	case c.Headroom >= 1:
		return errors.New("--headroom: expected less than 100%")
	case c.Events < 1 || c.Every <= 0 || c.Patience <= 0 || c.Within <= 0:
		return fmt.Errorf("--events %d --every %v --patience %v --within %v: expected an event, some time between two, some patience, and some time in which the last has it", c.Events, c.Every, c.Patience, c.Within)
	case c.Independent && c.Store != "":
		return errors.New("--independent: expected without --store, by which nodes belong together")
	case len(c.Server) > 0 && (c.Store != "" || c.Flags != ""):
		return errors.New("--server: expected without --store and --flags, which are for nodes that are started here")
	case len(c.Server) == 0 && (len(c.Admin) > 0 || c.TokenFile != ""):
		return errors.New("--admin, --token-file: expected with --server; of nodes that are started here both are known")
	case len(c.Admin) > 0 && len(c.Admin) != len(c.Server):
		return fmt.Errorf("--admin: expected %d addresses, one for each node of --server, got %d", len(c.Server), len(c.Admin))
	case len(c.Agents) > 0 && len(c.Server) == 0:
		return errors.New("--agents: expected with --server, since nodes that are started here are on the loopback of this machine")
	}
	return nil
}

// nodes are those that are given, or will be started; token is the operator's.
func (c *labNodesCommand) nodes(s *nodes.Search) (token string, err error) {
	if len(c.Server) == 0 {
		joining := nodes.Edges
		if c.Independent {
			joining = nodes.Independent
		}
		if s.Started, err = startable(joining, c.Store, c.Flags); err != nil {
			return "", err
		}
		return s.Started.Token(), nil
	}
	for i, server := range c.Server {
		base, err := client.BaseURL(server)
		if err != nil {
			return "", usagef("--server: %w", err)
		}
		if slices.ContainsFunc(s.Given, func(n nodes.Node) bool { return n.Server == base }) {
			return "", usagef("--server: expected each node once, got %s twice", base)
		}
		n := nodes.Node{Name: base, Server: base}
		if len(c.Admin) > 0 {
			if n.Admin, err = client.BaseURL(c.Admin[i]); err != nil {
				return "", usagef("--admin: %w", err)
			}
		}
		s.Given = append(s.Given, n)
	}
	s.Max = min(s.Max, len(s.Given))
	if token, err = labToken(c.TokenFile); err == nil && token == "" {
		err = usagef("--server: expected an operator's token in $%s or in the file given by --token-file, for a match of the lab's own", tokenVariable)
	}
	return token, err
}

// whereabouts notes of each node that is given whether it is on this machine. It says
// whether any is.
func (c *labNodesCommand) whereabouts(ctx context.Context, given []nodes.Node) (here bool) {
	for i := range given {
		given[i].Elsewhere = !onThisMachine(ctx, lab.Plan{Server: given[i].Server})
		here = here || !given[i].Elsewhere
	}
	return here
}

// startable are nodes of this program that can be started on this machine.
func startable(joining nodes.Joining, store, flags string) (*nodes.Nodes, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return nodes.New(nodes.Options{Program: nodes.Program{Path: path, Args: os.Args[:1]}, Joining: joining, Store: store, Flags: strings.Fields(flags)})
}
