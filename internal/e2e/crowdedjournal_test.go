package e2e

import (
	"context"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// TestCrowdedJournal: a node that has all the connections it may have still
// opens the journal's next files.
func TestCrowdedJournal(t *testing.T) {
	for _, pump := range pumps {
		t.Run(pump, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			p := newProcess(t)
			p.wrap = []string{"bash", "-c", `ulimit -n 256 && exec "$@"`, "bash"}
			p.args = []string{"--pump", pump, "--handshake-timeout", "10m"}
			p.start(t, ctx)
			o := p.operator()
			id := o.createSeed(t, "2026-01-01")
			crowd(t, p, id, figure(t, `(?m)^matchstream_watchers_fit (\d+)$`, o.metrics(t, p.admin)))
			idle := &idlers{process: p}
			defer idle.leave()
			idle.come(t, 100)
			for range 20 { // the admin address, too
				c, err := net.Dial("tcp", p.admin)
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
			}
			other := o.createSeed(t, "2026-01-02")
			before, most := p.blocks(t), 0
			for p.blocks(t) < before+2 {
				if ctx.Err() != nil {
					t.Fatalf("%d blocks, still", p.blocks(t))
				}
				if a, err := o.ask("POST", "/1/match/"+other+"/events", longLineup()); err != nil || a.status != http.StatusCreated {
					t.Fatalf("%d %.300s, %v", a.status, a.body, err)
				}
				most = max(most, p.open(t))
			}
			t.Logf("%d of 256 descriptors are open", most)
			if most >= 256 {
				t.Errorf("none is left")
			}
			if said := p.stderr.String(); strings.Contains(said, "too many open files") {
				t.Error(said)
			}
		})
	}
}

// blocks are the files of the journal and the catalogue.
func (p *process) blocks(t *testing.T) (n int) {
	t.Helper()
	err := filepath.WalkDir(p.data, func(path string, _ fs.DirEntry, err error) error {
		if filepath.Ext(path) == ".blk" {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// longLineup is one of some 40 kB.
func longLineup() string {
	var all [99]string
	for i := range all {
		all[i] = fmt.Sprintf(`{"number":%d,"name":"%s"}`, i+1, strings.Repeat("𝕏", 100))
	}
	return fmt.Sprintf(`{"kind":"lineup","team":"elp","players":[%s],"substitutes":[%s]}`, strings.Join(all[:11], ","), strings.Join(all[11:], ","))
}
