package node_test

import (
	"testing"

	"matchstream/internal/node"
)

// A node does what it is asked itself, also where another has its name; by the name
// neither of the two can be meant.
func TestTwinsAreAsked(t *testing.T) {
	a, b := pair(t, func(c *node.Config) { c.Name = "twin" })
	waits(t, "they have heard of each other", func() bool {
		has[[]listed](t, a, "/1/nodes")
		status, _, _ := asks(t, a, "POST", "/undrain?node=twin")
		return status == 409
	})
	if status, now, text := asks(t, a, "POST", "/drain?force=1"); status != 200 || !now.Draining {
		t.Errorf("drain: %d %s", status, text)
	}
	if status, now, text := asks(t, b, "POST", "/undrain"); status != 200 || now.Draining {
		t.Errorf("undrain of the other: %d %s", status, text)
	}
}
