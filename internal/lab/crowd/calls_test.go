package crowd

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"matchstream/internal/lab"
)

// What a service leads to is called only if it may be: lines that it names, and where its
// checkin is instead. Nobody is there to be called where it is refused.
func TestMayCall(t *testing.T) {
	elsewhere, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Fatal(err)
	}
	defer elsewhere.Close()
	there := elsewhere.Addr().(*net.TCPAddr)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved/1/checkin" {
			http.Redirect(w, r, "http://"+there.String()+"/", http.StatusFound)
			return
		}
		fmt.Fprintf(w, `{"host":"127.0.0.2","port":%d}`, there.Port)
	}))
	defer server.Close()
	for _, c := range []struct {
		name string
		plan lab.Plan
		ok   bool
	}{
		{"server", lab.Plan{Server: server.URL, To: []string{"127.0.0.2"}}, false},
		{"lines", lab.Plan{Lines: []string{there.String()}, To: []string{"127.0.0.1"}}, false},
		{"another port", lab.Plan{Lines: []string{there.String()}, To: []string{"127.0.0.2:1"}}, false},
		{"named lines", lab.Plan{Server: server.URL, To: []string{"127.0.0.1"}}, false},
		{"moved", lab.Plan{Server: server.URL + "/moved", To: []string{"127.0.0.1"}}, false},
		{"both", lab.Plan{Server: server.URL, To: []string{"127.0.0.0/30"}}, true},
		{"any", lab.Plan{Server: server.URL}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := c.plan
			p.Via, p.Patience = []lab.Share{{Via: lab.TCP, Weight: 1}}, 10*time.Second
			calls, err := newCalls(t.Context(), &p)
			if (err == nil) != c.ok || errors.Is(err, lab.ErrNotAllowed) == c.ok {
				t.Errorf("%v", err)
			}
			if c.ok && (len(calls.lines) != 1 || calls.targets[calls.lines[0]].addr != there.AddrPort()) {
				t.Errorf("%+v", calls)
			}
		})
	}
}
