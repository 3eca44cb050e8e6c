package gate_test

import (
	"io"
	"net/http"
	"runtime"
	"testing"
)

// A request that a loop has read, and net/http has not begun with, is passed
// over, too.
func TestPassedOnIsPassedOver(t *testing.T) {
	r := newRig(t, setting{epoll: true})
	busy := r.gate.NewHTTPDoor(nil) // nobody serves there yet
	t.Cleanup(func() { busy.Close() })
	at, err := r.polled.Listen("127.0.0.1:0", busy, busy.Patience())
	if err != nil {
		t.Fatal(err)
	}
	served := r.at[1]
	r.at[1] = at
	asks := r.knock(1)
	asks.say(apiAsks)
	quiet := r.gate.Quiets()
	for quiet.N() < 1 {
		runtime.Gosched()
	}
	r.at[1] = served
	idle := r.knock(1)
	idle.say(apiAsks)
	idle.hello()
	for quiet.N() < 2 {
		runtime.Gosched()
	}
	for !r.gate.Yield() { // as long as they have their moment
		runtime.Gosched()
	}
	if _, err := idle.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("another made room: %v", err)
	}
	r.serving.Go(func() { http.Serve(busy, r.mux()) })
	asks.hello()
}
