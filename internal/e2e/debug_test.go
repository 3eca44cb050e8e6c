package e2e

import (
	"context"
	"net/http"
	"strings"
	"testing"
)

// TestDebugOfARoom: a room whose level is debug tells of each client, of whatever
// protocol, but not who he is; at the other levels nothing is said of any.
func TestDebugOfARoom(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	p := newProcess(t)
	for levels, told := range map[string]bool{"warn,pump=debug": true, "info": false} {
		p.args = []string{"--log-level", levels}
		p.start(t, ctx)
		o := p.operator()
		id := o.createSeed(t, map[bool]string{true: "2026-01-01", false: "2026-01-02"}[told])
		o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", startBody())
		for _, w := range crowd(t, p, id, 3) {
			w.Close()
		}
		for _, protocol := range []string{"tcp", "sse", "ws"} {
			lines := func(message string) (n int) {
				for line := range strings.Lines(p.stderr.String()) {
					if strings.Contains(line, `level=DEBUG msg="`+message+`" room=pump protocol=`+protocol+" match="+id) {
						n++
					}
				}
				return n
			}
			for told && (lines("a client watches") != 1 || lines("a client has gone") != 1) {
				// Who has gone on TCP may have shut his own side only: a write tells.
				o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", `{"kind":"comment","comment":"x"}`)
				if ctx.Err() != nil {
					t.Fatalf("%s is not told of: %s", protocol, p.stderr.String())
				}
			}
		}
		p.interrupt()
		if said := p.stderr.String(); !told && strings.Contains(said, "a client") || strings.Contains(said, "127.0.0.1:") && strings.Contains(said, "from=") {
			t.Errorf("at %s the log says %s", levels, said)
		}
	}
}
