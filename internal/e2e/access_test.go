package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"matchstream/internal/access"
)

// TestAccessLog rotates the log of the real process again and again, as
// logrotate does, while watchers of all protocols come and go and operators
// post: each connection and each request has one line, whole, in one of the
// files, which says what its client knows of it; and no token is in any.
func TestAccessLog(t *testing.T) {
	for _, pump := range pumps {
		t.Run(pump, func(t *testing.T) {
			const rotations, staying, passing, goers = 8, 60, 100, 4 // passing: by each rotation
			const wrong = "a-token-that-is-nobody-s"
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			p := newProcess(t)
			name := filepath.Join(t.TempDir(), "access.log")
			p.args = []string{"--pump", pump, "--access-log", name}
			p.start(t, ctx)
			o := p.operator()
			id := o.createSeed(t, "2026-01-01") // three requests
			requests := 3
			stay := make([]*raw, staying)
			for i := range stay {
				stay[i] = p.joinCounted(t, protocolOf(i), id)
			}
			var all sync.WaitGroup
			turns := make(chan int)
			for range goers {
				all.Go(func() {
					for i := range turns {
						w, err := join(protocolOf(i), p.addresses, id)
						if err != nil {
							t.Error(err)
							continue
						}
						w.Close()
					}
				})
			}
			intruder := operator{http: o.http, token: wrong}
			intruder.must(t, 401, "POST", "/1/match/"+id+"/events?token="+wrong, `{"kind":"comment","comment":"again"}`)
			requests++
			files := []string{name}
			for n := range rotations {
				for i := range passing {
					if turns <- i; i%20 == 0 {
						o.must(t, 201, "POST", "/1/match/"+id+"/events", `{"kind":"comment","comment":"again"}`)
						requests++
					}
				}
				old := fmt.Sprintf("%s.%d", name, n)
				if err := os.Rename(name, old); err != nil {
					t.Fatal(err)
				}
				files = append(files, old)
				syscall.Kill(-p.cmd.Process.Pid, syscall.SIGHUP)
				for _, err := os.Stat(name); err != nil && ctx.Err() == nil; _, err = os.Stat(name) {
					time.Sleep(time.Millisecond) // until there is a new one
				}
			}
			close(turns)
			all.Wait()
			var ending sync.WaitGroup
			for _, w := range stay {
				ending.Go(func() {
					defer w.Close()
					if err := w.toTheEnd(); err != nil {
						t.Error(err)
					}
				})
			}
			if code := p.end(syscall.SIGTERM); code != 0 {
				t.Errorf("it ended with %d\n%s", code, p.stderr.String())
			}
			ending.Wait()
			log := readLogs(t, files, operatorToken, wrong)
			if want := staying + rotations*passing; log.connections != want || log.requests != requests {
				t.Errorf("%d connections and %d requests have a line, want %d and %d", log.connections, log.requests, want, requests)
			}
			// With those who have closed, but were not seen to before the end.
			if last := readLogs(t, files[:1]); len(last.drained) < staying {
				t.Errorf("%d of %d who stayed are in the last file", len(last.drained), staying)
			}
			for i, w := range stay {
				c := log.drained[caller{netip.MustParseAddrPort(w.LocalAddr().String()), w.protocol == "tcp"}]
				if c == nil {
					t.Errorf("watcher %d, on %s, has no line", i, w.protocol)
					continue
				}
				if c.Protocol != w.protocol || c.Match != id || c.Events != uint64(w.events) || c.Bytes != w.Conn.(*counted).n {
					t.Errorf("watcher %d, on %s, got %d bytes and %d events, his line says %+v", i, w.protocol, w.Conn.(*counted).n, w.events, *c)
				}
			}
			t.Logf("%d connections, %d requests, %d files", log.connections, log.requests, len(files))
		})
	}
}

func protocolOf(i int) string { return []string{"tcp", "sse", "ws"}[i%3] }

// counted counts what is read.
type counted struct {
	net.Conn
	n uint64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.n += uint64(n)
	return n, err
}

// joinCounted is join with a count of the bytes.
func (p *process) joinCounted(t *testing.T, protocol, id string) *raw {
	t.Helper()
	w, err := call(protocol, p.addresses, id)
	if err != nil {
		t.Fatal(err)
	}
	w = newRaw(&counted{Conn: w.Conn}, protocol)
	t.Cleanup(func() { w.Close() })
	if err := w.enter(); err != nil {
		t.Fatal(err)
	}
	return w
}

// logs are what the files of an access log have together.
type logs struct {
	connections int
	drained     map[caller]*access.Connection // those who were there at the end
	requests    int                           // but those that ask whether the server is ready
}

// caller is one end of a connection: a client's port may be in use with each
// door.
type caller struct {
	from netip.AddrPort
	line bool // it is that of the line protocol
}

// readLogs reads files, in which no secret may be.
func readLogs(t *testing.T, files []string, secrets ...string) logs {
	t.Helper()
	all := logs{drained: map[caller]*access.Connection{}}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range secrets {
			if bytes.Contains(text, []byte(secret)) {
				t.Errorf("%s has a token in it", name)
			}
		}
		for r := access.NewReader(bytes.NewReader(text)); ; {
			l, err := r.Read()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			switch l := l.(type) {
			case *access.Connection:
				all.connections++
				if l.Why == "draining" {
					all.drained[caller{l.From, l.Protocol == "tcp"}] = l
				}
			case *access.Request:
				if l.Path != "/readyz" {
					all.requests++
				}
				if l.Status == 201 && l.By != "operator" || l.Status == 401 && l.By != "" {
					t.Errorf("%+v is by %q", *l, l.By)
				}
			}
		}
	}
	return all
}
