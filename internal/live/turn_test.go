package live

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
)

// TestTurn: one at a time, whoever waits longest next, and who gave up is
// left out, also when the turn came at that very moment.
func TestTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var turn turn
		if !turn.try() || turn.try() {
			t.Fatal("a free turn is taken once")
		}
		var order []int
		var waiters sync.WaitGroup
		gone, leave := context.WithCancel(context.Background())
		for i := range 5 {
			ctx := context.Background()
			if i == 2 {
				ctx = gone
			}
			waiters.Go(func() {
				if err := turn.take(ctx); err != nil {
					order = append(order, -i)
					return
				}
				order = append(order, i)
				turn.give()
			})
			synctest.Wait()
		}
		leave()
		synctest.Wait()
		turn.give()
		waiters.Wait()
		if want := []int{-2, 0, 1, 3, 4}; !slices.Equal(order, want) {
			t.Errorf("their order was %v, want %v", order, want)
		}
		if !turn.try() {
			t.Error("it is not free at the end")
		}
	})
}

// TestTurnIsNeverLost: whoever gives up, the turn goes on.
func TestTurnIsNeverLost(t *testing.T) {
	var turn turn
	var all sync.WaitGroup
	inside, had := 0, 0 // the turn's
	for range 8 {
		all.Go(func() {
			for i := range 2000 {
				ctx, leave := context.WithCancel(context.Background())
				if i%2 == 0 {
					go leave()
				}
				if turn.take(ctx) == nil {
					if inside++; inside != 1 {
						t.Error("two have it")
					}
					had++
					inside--
					turn.give()
				}
				leave()
			}
		})
	}
	all.Wait()
	if !turn.try() || had < 8000 {
		t.Errorf("%d had it; it is lost", had)
	}
}
