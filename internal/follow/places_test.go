package follow

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"matchstream/internal/client"
)

// named has servers name each other to clients, in this order.
func named(asked *script, nodes ...*script) {
	var all []string
	for _, n := range nodes {
		host, port, _ := net.SplitHostPort(strings.TrimPrefix(n.URL, "http://"))
		all = append(all, fmt.Sprintf(`{"name":"x","host":%q,"port":1,"http":%s}`, host, port))
	}
	asked.mu.Lock()
	defer asked.mu.Unlock()
	asked.mu.nodes = `{"host":"127.0.0.1","port":1,"nodes":[` + strings.Join(all, ",") + `]}`
}

// ws is a turn that sends messages and closes.
func ws(code websocket.StatusCode, messages ...string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		for _, m := range messages {
			c.Write(r.Context(), websocket.MessageText, []byte(m)) //nolint:errcheck // he may have left
		}
		c.Close(code, "") //nolint:errcheck // likewise
	}
}

// Who is sent away by one node goes on at another, the first that checkin names;
// with nothing missing. The one that has nothing to offer is passed over, and so
// is the one that is gone.
func TestGoesToAnotherNode(t *testing.T) {
	for via, turns := range map[string][2]func(http.ResponseWriter, *http.Request){
		"sse": {sse(event(3, "aaaaaa", "status"), event(4, "aaaaaa", "foul"), "retry: 7\n\n"), sse(event(5, "aaaaaa", "corner"))},
		"ws": {ws(1012, object(3, "aaaaaa", "status"), object(4, "aaaaaa", "foul")),
			ws(4404, object(5, "aaaaaa", "corner"))},
	} {
		t.Run(via, func(t *testing.T) {
			first, full, second := newScript(t, turns[0], answer(500)), newScript(t, answer(503, "Retry-After", "5")), newScript(t, turns[1])
			gone := newScript(t)
			gone.Close()
			named(first, gone, full, second)
			got := first.follow(t, Options{Via: via})
			if want := []string{"3 joined", "4 foul", "5 corner"}; !slices.Equal(got.frames, want) || got.err != nil || got.end != Removed {
				t.Fatalf("%v, %v: %q, want %q", got.end, got.err, got.frames, want)
			}
			if len(first.mu.asked) != 1 || len(full.mu.asked) < 1 || second.mu.asked[0] != "4-aaaaaa" {
				t.Errorf("asked for %q, %q, and %q elsewhere", first.mu.asked, full.mu.asked, second.mu.asked)
			}
		})
	}
}

// The address that was given may be gone: what checkin said before holds on.
func TestTheFirstNodeIsGone(t *testing.T) {
	second := newScript(t, sse(event(4, "aaaaaa", "foul")))
	var first *script
	first = newScript(t, func(w http.ResponseWriter, r *http.Request) {
		sse(event(3, "aaaaaa", "status"))(w, r)
		first.Listener.Close()
	})
	named(first, second)
	named(second, second)
	got := first.follow(t, Options{})
	if want := []string{"3 joined", "4 foul"}; !slices.Equal(got.frames, want) || got.end != Removed || got.err != nil {
		t.Fatalf("%v, %v: %q, want %q", got.end, got.err, got.frames, want)
	}
}

// Who follows over https is led to nodes that say https, and to no others.
func TestWhereOthersAre(t *testing.T) {
	places := []place{{Host: "old.example", Port: 1, HTTP: 8888}, {Host: "a.example", HTTP: 8888, URL: "http://a.example:8888"},
		{Host: "b.example", HTTP: 443, URL: "https://b.example"}, {Host: "c.example"}, {Host: "b.example", HTTP: 443, URL: "https://b.example"}, {URL: "ftp://d.example"}, {URL: "https://me@e.example"}}
	for base, want := range map[string][]string{
		"http://x":  {"http://old.example:8888", "http://a.example:8888", "https://b.example"},
		"https://x": {"https://b.example"},
	} {
		f := &follower{Options: Options{Server: &client.Client{Base: base}}, places: places}
		if got := f.others(); !slices.Equal(got, want) {
			t.Errorf("from %s to %q, want %q", base, got, want)
		}
	}
}
