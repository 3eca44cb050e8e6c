package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// Stage 5 plays few events, seldom, unless something else is said. (No nodes are asked
// for, so that none start.)
func TestLabAllNodesPlay(t *testing.T) {
	for want, c := range map[string]labAllCommand{
		" --events 10 --every 1s\n":   {},
		" --events 3 --every 1s\n":    {Events: 3},
		" --events 10 --every 50ms\n": {Every: 50 * time.Millisecond},
	} {
		c.Out, c.Via, c.Users = t.TempDir(), "tcp", 1
		var out bytes.Buffer
		a := &allStages{labAllCommand: &c, w: &world{stdout: &out, stderr: &out}}
		a.nodes(t.Context())
		if !strings.Contains(out.String(), want) || !strings.Contains(out.String(), "--max 0: expected at least one node") {
			t.Errorf("%s, expected %q", out.String(), want)
		}
	}
}
