package crowd

import (
	"sync"
	"testing"

	"matchstream/internal/lab"
)

// No more come at once than was said, and each who is done makes room for the next.
func TestAtOnce(t *testing.T) {
	const atOnce, users = 5, 30
	var mu sync.Mutex
	coming, highest := 0, 0
	arrived := make(chan struct{}, users)
	s := script(t, func(c *said) {
		mu.Lock()
		coming++
		highest = max(highest, coming)
		mu.Unlock()
		arrived <- struct{}{}
		if c.nth <= atOnce { // until all the first are there, nobody is let in
			for len(arrived) < atOnce {
			}
		}
		mu.Lock()
		coming--
		mu.Unlock()
		c.send(statusAt(5, "ended"))
	})
	p := planAt(s, lab.TCP)
	p.Users, p.AtOnce = users, atOnce
	if tally := found(t, p, map[string]int64{}); tally.Ended != users {
		t.Errorf("%d of %d", tally.Ended, users)
	}
	if highest != atOnce {
		t.Errorf("%d came at once, expected %d", highest, atOnce)
	}
}
