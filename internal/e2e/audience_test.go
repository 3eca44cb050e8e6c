package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"syscall"
	"testing"
)

type audience struct{ Now, Peak, Connects, Users int }

// audienceOf is what the API says.
func (o operator) audienceOf(t *testing.T, id string) (a audience) {
	t.Helper()
	got := o.must(t, http.StatusOK, "GET", "/1/match/"+id+"/audience", "")
	if err := json.Unmarshal([]byte(got.body), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// TestAudienceOverRestarts: who watched, and how often each user came, is known
// after the process has ended gently; after kill -9 nothing is counted twice.
func TestAudienceOverRestarts(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	p := newProcess(t)
	p.start(t, ctx)
	o := p.operator()
	id, empty := o.createSeed(t, "2026-01-01"), o.createSeed(t, "2026-01-02")
	// watches begins so many streams on each protocol, by dialers whose user
	// is named by its number, and waits until all are counted in.
	watches := func(users int) {
		for i := range users {
			for protocol, path := range map[string]string{"sse": "/stream", "ws": "/ws"} {
				r, err := http.NewRequestWithContext(ctx, "GET", fmt.Sprintf("http://%s/1/match/%s%s?user=user-%d", p.addresses.http, id, path, i), nil)
				if err != nil {
					t.Fatal(err)
				}
				if protocol == "ws" {
					for k, v := range map[string]string{"Connection": "Upgrade", "Upgrade": "websocket",
						"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="} {
						r.Header.Set(k, v)
					}
				}
				a, err := http.DefaultTransport.RoundTrip(r)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { a.Body.Close() })
			}
			s, err := dialTCP(ctx, p.addresses, id, "")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(s.close)
		}
		o.audience(t, ctx, id, 3*users)
	}
	const users = 4
	watches(users)
	want := audience{Now: 3 * users, Peak: 3 * users, Connects: 3 * users, Users: users + 1} // over TCP all are somebody
	if got := o.audienceOf(t, id); got != want {
		t.Fatalf("%+v, want %+v", got, want)
	}
	for range 2 {
		if code := p.end(syscall.SIGTERM); code != 0 {
			t.Fatalf("exit code %d\n%s", code, p.stderr.String())
		}
		p.start(t, ctx)
		want.Now = 0
		if got := o.audienceOf(t, id); got != want {
			t.Fatalf("after a restart %+v, want %+v", got, want)
		}
		watches(1)
		want.Now, want.Connects = 3, want.Connects+3
		if got := o.audienceOf(t, id); got != want {
			t.Fatalf("%+v, want %+v", got, want)
		}
	}
	o.visits(t, "user-0", 6)
	o.visits(t, "user-1", 2)
	o.visits(t, "somebody", users+2)
	o.must(t, http.StatusNoContent, "DELETE", "/1/user/user-0", "")

	p.kill()
	p.start(t, ctx)
	o.must(t, http.StatusNotFound, "GET", "/1/user/user-0", "") // for good, before it was answered
	o.visits(t, "user-1", 2)
	got := o.audienceOf(t, id)
	if got.Now != 0 || got.Peak != want.Peak || got.Users != want.Users || got.Connects > want.Connects || got.Connects < want.Connects-3 {
		t.Errorf("after kill -9 %+v, before %+v", got, want)
	}
	if got := o.audienceOf(t, empty); got != (audience{}) {
		t.Errorf("nobody has watched, but %+v", got)
	}

	// Without --users nobody is remembered.
	p.args = []string{"--users", "0"}
	p.interrupt()
	p.start(t, ctx)
	o.must(t, http.StatusNotFound, "GET", "/1/user/user-1", "")
}

func (o operator) visits(t *testing.T, user string, want int) {
	t.Helper()
	var got struct{ Visits int }
	a := o.must(t, http.StatusOK, "GET", "/1/user/"+user, "")
	if err := json.Unmarshal([]byte(a.body), &got); err != nil || got.Visits != want {
		t.Errorf("%s came %d times, want %d (%v)", user, got.Visits, want, err)
	}
}
