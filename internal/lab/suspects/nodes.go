package suspects

import (
	"context"
	"errors"

	"matchstream/internal/scrape"
)

// Node is one of the servers. Where neither Metrics nor PID is known it cannot be seen.
type Node struct {
	Name      string // told where there are several
	Metrics   string // URL of its page of metrics; "": none
	PID       int    // on this machine, where there are no metrics; 0: not known
	Elsewhere bool   // it is not on this machine
	Canary    bool   // the lab's canary watches it
}

// watched is what is known of a node beside the looks.
type watched struct {
	before  scrape.Metrics // read first
	metrics scrape.Metrics // read last
	unread  int            // how often nothing could be read
}

// errBlind: nobody has said where to look.
var errBlind = errors.New("no metrics and no process are known")

// name of a node, within a sentence.
func (w *Watch) name(i int) string {
	if len(w.where.Nodes) > 1 {
		return w.where.Nodes[i].Name
	}
	return "the server"
}

// lookAtServer looks at one node. Of those at the same time each is another's.
func (w *Watch) lookAtServer(ctx context.Context, i int) (*serverLook, error) {
	node, known := w.where.Nodes[i], &w.nodes[i]
	switch {
	case node.Metrics != "":
		m, err := scrape.Get(ctx, w.where.By, node.Metrics)
		if err != nil {
			return nil, err
		}
		if known.metrics = m; known.before.When.IsZero() {
			known.before = m
		}
		l := byMetrics(m)
		return &l, nil
	case node.PID > 0:
		l, err := byProcess(w.where.Proc, node.PID)
		if err != nil {
			return nil, err
		}
		return &l, nil
	}
	return nil, errBlind
}

// Watchers is how many each node has, as it was seen last, by its place in Where.Nodes;
// negative: not known.
func (w *Watch) Watchers() []float64 {
	all := make([]float64, len(w.nodes))
	for i := range all {
		all[i] = -1
		if w.last(i) == nil {
			continue
		}
		if n, known := w.nodes[i].metrics.Value("matchstream_watchers"); known {
			all[i] = n
		}
	}
	return all
}

// last look at a node, if it was seen then; else nil.
func (w *Watch) last(i int) *serverLook {
	if len(w.looks) == 0 {
		return nil
	}
	return w.looks[len(w.looks)-1].servers[i]
}

// Fullest is the place of the node that is nearest to what it can take, as it was seen
// last: by its watchers, of those that fit; where that is not known, or the same, by
// how much CPU it has used. It is the first where nothing is known of any.
func (w *Watch) Fullest() (place int) {
	var most, cpu float64
	for i := range w.nodes {
		l := w.last(i)
		if l == nil {
			continue
		}
		part := 0.0
		if l.fit > 0 {
			part = l.watchers / l.fit
		}
		if part > most || part == most && l.cpu > cpu {
			place, most, cpu = i, part, l.cpu
		}
	}
	return place
}

// Metrics of a node are those read first and last; empty, if none were.
func (w *Watch) Metrics(place int) (before, after scrape.Metrics) {
	if place >= len(w.nodes) {
		return before, after
	}
	return w.nodes[place].before, w.nodes[place].metrics
}
