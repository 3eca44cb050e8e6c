package nodes

import (
	"context"
	"fmt"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/bound"
	"matchstream/internal/lab/search"
	"matchstream/internal/lab/suspects"
)

// Search is what is sought on each number of nodes.
type Search struct {
	Started *Nodes // nodes are started, one after the other; or
	Given   []Node // these are taken, one after the other
	Max     int    // nodes at most; with Given no more than those
	Apart   bool   // each node has matches of its own

	Bound    bound.Options                            // of each search: one of Searches, without Operator, Requests and Look
	Requests func(server, match string) []lab.Request // nil: none are made
	Open     Opener
	Begun    func(n int, added Node) // told when a number's search begins; nil: nobody
}

// Result is what was found: for each number of nodes, in order.
type Result struct {
	Found       []lab.Found
	Steps       []lab.Step
	Interrupted bool
}

// Run seeks the boundary of one node, of two, and so on. It ends early when ctx ends, or
// when the lab itself gave way, since more nodes would show nothing then. The error is
// one of the lab; the result is what there was until then.
func Run(ctx context.Context, s Search) (r Result, err error) {
	defer func() {
		// Whatever fails then, fails of that: also a node that had not started yet.
		if r.Interrupted = r.Interrupted || ctx.Err() != nil; r.Interrupted {
			err = nil
		}
	}()
	first := s.Bound.First
	for n := 1; n <= s.Max && ctx.Err() == nil; n++ {
		added, err := s.add(ctx, n)
		if err != nil {
			return r, fmt.Errorf("with %s: %w", Count(n), err)
		}
		if s.Begun != nil {
			s.Begun(n, added)
		}
		all := s.nodes(n)
		found, err := bound.Run(ctx, s.options(all, first, len(r.Steps)))
		r.Steps = append(r.Steps, found.Steps...)
		r.Found = append(r.Found, found.Found...)
		r.Interrupted = found.Interrupted
		if err != nil {
			return r, fmt.Errorf("with %s: %w", Count(n), err)
		}
		if len(r.Found) < n || r.Found[n-1].Limit != nil && r.Found[n-1].Limit.Of == "generator" {
			break
		}
		// Where this number ended the next begins: it is not likely to carry less.
		if last := r.Found[n-1]; last.Users > first.Users {
			first = search.Size{Users: last.Users, AtOnce: last.AtOnce}
		}
	}
	return r, nil
}

// add is the nth node.
func (s *Search) add(ctx context.Context, n int) (Node, error) {
	if s.Started != nil {
		return s.Started.Add(ctx)
	}
	return s.Given[n-1], nil
}

func (s *Search) nodes(n int) []Node {
	if s.Started != nil {
		return s.Started.All()
	}
	return s.Given[:n]
}

// options of the search on these nodes.
func (s *Search) options(all []Node, first search.Size, after int) bound.Options {
	o := s.Bound
	f := &field{Spread{Carrier: o.Carrier, Nodes: all}, s.Open}
	if s.Apart {
		f.Matches = make([]string, len(all))
	}
	o.Carrier, o.Operator, o.First, o.Nodes, o.After = f, f.operator, first, len(all), after
	if s.Requests != nil {
		o.Ask, o.Requests = f.ask, func(match string) []lab.Request { return s.Requests(all[0].Server, match) }
	}
	o.Plan.Server = all[0].Server
	if all[0].Line != "" {
		o.Plan.Lines = []string{all[0].Line} // the canary's; each part of a crowd has its own
	}
	o.Look, o.Admin = suspects.Where{By: o.By}, nil
	for i, n := range all {
		look := suspects.Node{Name: n.Name, PID: n.PID, Elsewhere: n.Elsewhere, Canary: i == 0} // the canary goes to the first
		if n.Admin != "" {
			look.Metrics = n.Admin + "/metrics"
		}
		o.Look.Nodes, o.Admin = append(o.Look.Nodes, look), append(o.Admin, n.Admin)
	}
	return o
}

// Measure is what sizing goes by: of the try that worked with the most users on a node.
func (r Result) Measure() (m Measured) {
	best := r.most(func(s lab.Step) bool { return s.OK })
	if best == nil {
		return Measured{}
	}
	m = Measured{Nodes: max(best.Nodes, 1), Users: best.Users}
	f := best.Figures
	if n := f["deliveries"]; n > 0 {
		m.CPU = time.Duration(f["server.cpu"] / n * float64(time.Second))
		m.DeliveryBytes = f["bytes"] / n
	}
	m.Memory, m.Idle = r.memory()
	for _, found := range r.Found {
		if found.Nodes == best.Nodes && found.Limit != nil {
			m.Met = found.Limit.Of + ", " + found.Limit.What
		}
	}
	return m
}

// memory of a node for each user, and of one without any; 0: not known. By the first try
// on one node, and the largest of those before which none was larger: what a process once
// had it does not give back at once.
func (r Result) memory() (each, idle float64) {
	first, last, most := r.Steps[0], r.Steps[0], 0
	for _, s := range r.Steps {
		if n := usersOnEach(s); n > most {
			if most = n; s.OK {
				last = s
			}
		}
	}
	less, more := float64(usersOnEach(first)), float64(usersOnEach(last))
	from, to := first.Figures["server.memory"], last.Figures["server.memory"]
	if from == 0 || to <= from || more <= less {
		return 0, max(from, to)
	}
	each = (to - from) / (more - less)
	return each, max(0, from-each*less)
}

// most is the step with the most users on a node, of those that are asked for; nil: none.
func (r Result) most(of func(lab.Step) bool) (best *lab.Step) {
	for i, s := range r.Steps {
		if of(s) && (best == nil || usersOnEach(s) > usersOnEach(*best)) {
			best = &r.Steps[i]
		}
	}
	return best
}

// usersOnEach is how many users each node had.
func usersOnEach(s lab.Step) int { return s.Users / max(s.Nodes, 1) }
