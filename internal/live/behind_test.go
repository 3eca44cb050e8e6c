package live_test

import (
	"errors"
	"testing"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

// A node that has not heard yet what another was told a moment ago refuses nobody for it:
// neither by the rules nor by If-Match.
func TestRefusesNobodyForBeingBehind(t *testing.T) {
	f := newFaulty(memory.New())
	a, b := open(t, f.Store), open(t, f)
	ma := create(t, a)
	catalogued(t, b, func() bool { return b.Len() == 1 })
	mb := reached(t, b, 0)
	f.set(func(op, _ string, do func() error) error {
		if op == "follow" {
			return store.ErrUnavailable
		}
		return do()
	})
	play(t, ma, start)
	if got := mb.View().State.LastID; got != 0 {
		t.Fatalf("b has heard of event %d: the test shows nothing", got)
	}
	if e := post(t, mb, goal); e.ID != 2 {
		t.Fatalf("event %d", e.ID)
	}
	e := post(t, ma, `{"kind":"comment","comment":"seen by a alone"}`)
	present := match.Position{ID: e.ID, Epoch: ma.Epoch()}
	r, err := match.ParseRequest([]byte(goal))
	must(t, err)
	if e, err := mb.Append(t.Context(), r, live.Appending{IfMatch: &present}); err != nil || e.ID != 4 {
		t.Fatalf("behind event 3: %d, %v", e.ID, err)
	}
	var condition *live.ConditionError
	if _, err := mb.Append(t.Context(), r, live.Appending{IfMatch: &present}); !errors.As(err, &condition) || condition.Present.ID != 4 {
		t.Fatalf("behind event 4: %v", err)
	}
	post(t, ma, stop)
	if _, err := try(mb, goal, ""); reasonOf(err) != match.Refused {
		t.Fatalf("a goal after the end: %v", err)
	}
}
