package cli

import (
	"strings"
	"testing"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/nodes"
)

// The verdict is one of whole sentences, each told from the next; cores that are given are
// those of the configuration.
func TestNodesVerdict(t *testing.T) {
	full := &lab.Limit{Of: "server", What: "descriptors"}
	r := nodes.Result{
		Found: []lab.Found{{Nodes: 1, Users: 19342, Failing: 19344, Limit: full}, {Nodes: 2, Users: 32173, Failing: 33773, Limit: full}},
		Steps: []lab.Step{{Nodes: 1, Users: 19342, OK: true, Figures: lab.Figures{"deliveries": 20 * 19342, "bytes": 2e7, "server.cpu": 4}}},
	}
	c := &labNodesCommand{Users: 250000, Within: 500 * time.Millisecond, Cores: 3}
	out := c.judge(r, nil)
	want := "1 node: 19,342 users; in the way: server (descriptors). 2 nodes: 32,173 users, +12,831 (66% of a first node for each added); in the way: server (descriptors). Each added node helped, as far as was looked. For 250,000 users: "
	if !out.OK || !strings.HasPrefix(out.Verdict, want) || !strings.Contains(out.Verdict, "each with 3 cores") {
		t.Errorf("%q, expected it to begin with %q", out.Verdict, want)
	}
	if strings.Contains(out.Verdict, "..") {
		t.Errorf("two points: %q", out.Verdict)
	}
}
