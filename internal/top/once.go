package top

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"matchstream/internal/client"
)

// ErrNoAnswer: no node has answered.
var ErrNoAnswer = errors.New("no node answers")

// Once prints how the nodes stand, as text in so many columns, and ends. It asks twice,
// Options.Every apart, since rates are differences. ErrNoAnswer if no node has
// answered; the text says why.
func Once(ctx context.Context, o Options, to io.Writer, width int, clock func() time.Time) error {
	s := newState(o)
	s.Chosen = 0
	if len(s.Nodes) == 1 {
		s.Chosen = 1
	}
	for asked := range 2 {
		if asked > 0 {
			select {
			case <-time.After(o.Every):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		for i, a := range askAll(ctx, o) {
			if a.err != nil {
				s.Nodes[i].Failed(a.err.Error(), clock())
			} else {
				s.Nodes[i].Answered(a.snapshot, o.Every)
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	s.Now = clock()
	if _, err := io.WriteString(to, s.text(width)); err != nil {
		return err
	}
	if len(s.chosen()) == 0 {
		return ErrNoAnswer
	}
	return nil
}

// answer of one node.
type answer struct {
	snapshot *Snapshot
	err      error
}

// askAll nodes at the same time.
func askAll(ctx context.Context, o Options) []answer {
	all := make([]answer, len(o.Nodes))
	var asking sync.WaitGroup
	for i, node := range o.Nodes {
		asking.Go(func() {
			all[i].snapshot, all[i].err = ask(ctx, node, question{sort: o.Sort, limit: o.Limit})
		})
	}
	asking.Wait()
	return all
}

// text is all panels, one below the other.
func (s *State) text(width int) string {
	var b strings.Builder
	write := func(title string, t *table) {
		head, rows := t.lines(width - gutter)
		if title != "" {
			fmt.Fprintf(&b, "\n%s\n", title)
		}
		if len(rows) == 0 {
			fmt.Fprintf(&b, "  %s\n", t.empty)
			return
		}
		fmt.Fprintf(&b, "  %s\n", head)
		for i, r := range rows {
			sign := "  "
			if t.rows[i].alarm {
				sign = "! "
			}
			fmt.Fprintf(&b, "%s%s\n", sign, r)
		}
		for _, l := range t.below {
			for _, part := range wrapped(l, width-gutter) {
				fmt.Fprintf(&b, "  %s\n", part)
			}
		}
	}
	write("", s.nodes())
	for _, n := range s.Nodes { // of which a table has no room to say all
		if n.Now == nil {
			for _, part := range wrapped(s.name(n)+": "+s.away(n), width) {
				fmt.Fprintf(&b, "%s\n", part)
			}
		}
	}
	if len(s.chosen()) == 0 {
		return b.String()
	}
	for _, p := range []Panel{NodePanel, LoopsPanel, MatchesPanel, StorePanel, GatesPanel} {
		s.Panel = p
		title := p.String()
		if p != GatesPanel {
			title += ", by " + string(s.Sort)
		}
		write(title, s.table())
	}
	return b.String()
}

func newState(o Options) *State {
	var nodes []*Node
	for _, n := range o.Nodes {
		nodes = append(nodes, NewNode(shortAddress(n)))
	}
	return NewState(nodes, o.Every, o.Sort, o.ASCII)
}

// shortAddress is a node's address as people write it.
func shortAddress(n *client.Client) string { return strings.TrimPrefix(n.Base, "http://") }
