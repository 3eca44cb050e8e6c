package nodes

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"matchstream/internal/lab"
)

// fake carries crowds that are there at once and have seen as many events as they are users.
type fake struct {
	plans  []lab.Plan
	fails  int // the nth crowd cannot come; 0: none
	leaves chan struct{}
}

func (f *fake) Gather(_ context.Context, p lab.Plan) (lab.Crowd, error) {
	f.plans = append(f.plans, p)
	if len(f.plans) == f.fails {
		return nil, errors.New("no descriptors")
	}
	return &fakeCrowd{f, p}, nil
}

type fakeCrowd struct {
	*fake
	p lab.Plan
}

func (c *fakeCrowd) Settled() <-chan struct{} {
	settled := make(chan struct{})
	close(settled)
	return settled
}

func (c *fakeCrowd) Tally() *lab.Tally {
	t := lab.NewTally()
	t.Asked, t.Events = c.p.Users, int64(c.p.Users)
	return t
}

func (c *fakeCrowd) Finish(context.Context, int, time.Duration) (*lab.Tally, error) {
	c.leaves <- struct{}{}
	return c.Tally(), nil
}

func three() []Node {
	return []Node{{Name: "a", Server: "http://a", Line: "a:1"}, {Name: "b", Server: "http://b", Line: "b:1"}, {Name: "c", Server: "http://c"}}
}

func TestSpread(t *testing.T) {
	f := &fake{leaves: make(chan struct{}, 3)}
	crowd, err := Spread{Carrier: f, Nodes: three(), Matches: []string{"x", "y", "z"}}.Gather(t.Context(), lab.Plan{Users: 100, AtOnce: 2, First: 7, Stalled: 1, Match: "m"})
	if err != nil {
		t.Fatal(err)
	}
	<-crowd.Settled()
	users, next := 0, 7
	for i, p := range f.plans {
		if p.First != next || p.Match != []string{"x", "y", "z"}[i] || p.Server != three()[i].Server || p.AtOnce < 1 {
			t.Errorf("part %d: %+v, expected to begin with %d", i, p, next)
		}
		users, next = users+p.Users, next+p.Users+p.Stalled
	}
	if users != 100 || next != 7+101 || f.plans[2].Lines != nil || f.plans[1].Lines[0] != "b:1" {
		t.Errorf("%d users, the next is %d: %+v", users, next, f.plans)
	}
	if got := crowd.Tally(); got.Asked != 100 {
		t.Errorf("%d have asked", got.Asked)
	}
	if got, err := crowd.Finish(t.Context(), 1, time.Second); err != nil || got.Events != 100 || len(f.leaves) != 3 {
		t.Errorf("%+v, %v, %d have left", got, err, len(f.leaves))
	}
}

// With how many users no node has more than it let in.
func TestFits(t *testing.T) {
	for _, c := range []struct {
		been []int
		want int
	}{
		{[]int{50, 50}, 100}, // all came
		{[]int{50, 40}, 80},  // the second took no more
		{[]int{45, 40}, 80},
		{[]int{0, 50}, 50}, // one that takes nobody says nothing of how many fit
	} {
		all := &crowds{users: []int{50, 50}, been: c.been}
		if got := all.Fits(); got != c.want {
			t.Errorf("%v of 50 each: %d, expected %d", c.been, got, c.want)
		}
	}
}

// A few users do not need each node.
func TestSpreadOfFew(t *testing.T) {
	f := &fake{leaves: make(chan struct{}, 3)}
	if _, err := (Spread{Carrier: f, Nodes: three()}).Gather(t.Context(), lab.Plan{Users: 1, AtOnce: 1}); err != nil || len(f.plans) != 1 || f.plans[0].Users != 1 {
		t.Errorf("%+v, %v", f.plans, err)
	}
}

// If there is a node that nobody can come to, who has come elsewhere leaves again.
func TestSpreadFails(t *testing.T) {
	f := &fake{fails: 3, leaves: make(chan struct{}, 3)}
	if _, err := (Spread{Carrier: f, Nodes: three()}).Gather(t.Context(), lab.Plan{Users: 9, AtOnce: 3}); err == nil || len(f.leaves) != 2 || !strings.HasPrefix(err.Error(), "for node c: ") {
		t.Errorf("%v, %d have left", err, len(f.leaves))
	} // Of one user the last node has its share, and it is that one which is named.
	f = &fake{fails: 1, leaves: make(chan struct{}, 3)}
	if _, err := (Spread{Carrier: f, Nodes: three()}).Gather(t.Context(), lab.Plan{Users: 1, AtOnce: 1}); err == nil || !strings.HasPrefix(err.Error(), "for node c: ") {
		t.Errorf("%v", err)
	}
}
