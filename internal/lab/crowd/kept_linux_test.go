package crowd

import (
	"net/http"
	"strings"
	"testing"

	"matchstream/internal/lab"
	"matchstream/internal/lab/faulty"
)

// The API's second request is made once more where the connection that was kept is
// closed, and nothing has failed; all deeds are found as ever.
func TestKept(t *testing.T) {
	for _, via := range protocols {
		s := wrongServer(t, faulty.Fault{Stale: map[string]int{"checkin": 2}, Fail: map[string]int{"matches": 5}})
		p := planFor(s, 20, via)
		p.API = true
		tally, did := gatherAll(t, p).Tally(), s.Record().Done
		if did[faulty.Staled] != 10 || tally.Repeated != 10 || did[faulty.Failed] != 4 || tally.Errors[lab.Answered] != 4 || len(tally.Errors)+len(tally.Own) > 1 {
			t.Errorf("%s: %d repeated, %v, %v: it has done %v: %+v", via, tally.Repeated, tally.Errors, tally.Own, did, tally.Findings)
		}
		if tally.Been != 16 {
			t.Errorf("%s: %d were there", via, tally.Been)
		}
	}
}

// It is repeated once; what fails on the new connection has failed, and so has what was
// begun to be answered on the one that was kept.
func TestRepeatedOnce(t *testing.T) {
	const checkin = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n" + `{"port":9999}`
	for name, of := range map[string]struct {
		second   func(c *said) // the second connection
		rest     string        // said to the second request on the first
		want     string
		repeated int64
	}{
		"closed again": {func(*said) {}, "", lab.Refused, 1},
		"cut":          {func(c *said) { c.send("HTTP/1.1 200 OK\r\nContent-Le") }, "", lab.CutOff, 1},
		"a byte":       {func(*said) {}, "H", lab.CutOff, 0},
	} {
		s := script(t, func(c *said) {
			if c.nth > 1 {
				of.second(c)
				return
			}
			c.send(checkin)
			if q, err := http.ReadRequest(c.r); err == nil && strings.HasSuffix(q.URL.Path, "/matches") {
				c.send(of.rest)
			}
		})
		p := planAt(s, lab.SSE)
		p.API = true
		tally := found(t, p, map[string]int64{of.want: 1})
		s.mu.Lock()
		connections := s.nth
		s.mu.Unlock()
		if tally.Repeated != of.repeated || connections != 1+int(of.repeated) {
			t.Errorf("%s: %d repeated, %d connections", name, tally.Repeated, connections)
		}
	}
}
