package canary

import (
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"matchstream/internal/lab"
)

// What was due while a user waited is not made up for: his next wait begins when it is due.
func TestNext(t *testing.T) {
	began := time.Unix(100, 0)
	at := func(ms int) time.Time { return began.Add(time.Duration(ms) * time.Millisecond) }
	for done, want := range map[int]int{0: 250, 249: 250, 250: 250, 350: 500, 500: 500, 2800: 3000} {
		if due := next(began, 250*time.Millisecond, at(done)); !due.Equal(at(want)) {
			t.Errorf("done after %d ms: due again after %v, expected %d ms", done, due.Sub(began), want)
		}
	}
}

// Of a wait, the worst that the canary itself was late meanwhile is not the server's; what
// it was late before is nothing to it.
func TestStalls(t *testing.T) {
	began := time.Unix(100, 0)
	var s stalls
	s.add(began.Add(1*time.Second), 900*time.Millisecond)
	s.add(began.Add(2*time.Second), 30*time.Millisecond)
	s.add(began.Add(3*time.Second), 20*time.Millisecond)
	s.add(began.Add(4*time.Second), noStall/2)
	for since, want := range map[time.Duration]time.Duration{0: 900 * time.Millisecond, 1500 * time.Millisecond: 30 * time.Millisecond,
		2500 * time.Millisecond: 20 * time.Millisecond, 3500 * time.Millisecond: 0} {
		if got := s.worst(began.Add(since)); got != want {
			t.Errorf("since %v: %v, expected %v", since, got, want)
		}
	}
	for range 3 * stallsKept {
		s.add(began, time.Second)
	}
	if len(s) > stallsKept {
		t.Errorf("%d are kept", len(s))
	}

	c := &Canary{}
	c.mu.felt = newFelt()
	now := time.Now()
	c.mu.stalls.add(now.Add(-time.Second), 900*time.Millisecond)
	c.feel(&c.mu.felt.Event, now.Add(-5*time.Second))
	c.feel(&c.mu.felt.HTTP, now.Add(-500*time.Millisecond))
	f := lab.Figures{}
	c.mu.felt.Put(f)
	if all, least := f["canary.event.max"], f["canary.event.least.max"]; all-least < 0.89 || all-least > 0.91 {
		t.Errorf("%v, of which at least %v", all, least)
	}
	if f["canary.http.max"] != f["canary.http.least.max"] {
		t.Errorf("a stall of before is taken from a wait: %v", f)
	}
}

// On loopback the canary has an address of its own, the ports of which no crowd uses up.
func TestCallsFromItsOwnAddress(t *testing.T) {
	want := own.String()
	if runtime.GOOS != "linux" { // elsewhere loopback has one address
		want = "127.0.0.1"
	}
	from := make(chan string, 100)
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		select {
		case from <- host:
		default:
		}
	}))
	defer s.Close()
	c := Start(t.Context(), Options{Plan: lab.Plan{Server: s.URL}, Requests: []lab.Request{{Name: "checkin", URL: s.URL + "/1/checkin"}}})
	if got := <-from; got != want {
		t.Errorf("from %s, expected %s", got, want)
	}
	c.Finish(t.Context(), 0, 0)
}
