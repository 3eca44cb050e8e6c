package node_test

import (
	"context"
	"strings"
	"testing"

	"matchstream/internal/node"
)

// What has a token with it goes to an origin by TLS only: a node that was to send
// one openly does not start. The context has ended: nothing is sent here either way.
func TestNoTokenInTheOpen(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for what, set := range map[string]func(*node.Config){
		"the audience cannot be reported": func(c *node.Config) { c.EdgeToken = "the-token-of-an-edge" },
		"writes cannot be forwarded":      func(c *node.Config) { c.EdgeWrites = "forward" },
	} {
		c := config(t)
		c.Store = "http://192.0.2.1"
		set(&c)
		n, err := node.Start(ctx, c)
		if err == nil {
			n.Shutdown(t.Context())
		}
		if err == nil || !strings.Contains(err.Error(), what) || !strings.Contains(err.Error(), "https://") {
			t.Errorf("%s: %v", what, err)
		}
	}
}
