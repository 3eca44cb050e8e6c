package gate_test

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

// slowly is a store whose journal is read when the test lets it be.
type slowly struct {
	store.Store
	hold atomic.Pointer[hold] // nil: at once
}

type hold struct{ begun, goOn chan struct{} }

func (s *slowly) Read(ctx context.Context, key store.Key, from int64) ([]store.Record, error) {
	if h := s.hold.Swap(nil); h != nil {
		close(h.begun)
		<-h.goOn
	}
	return s.Store.Read(ctx, key, from)
}

// Who leaves while his match is being read, or while he is on his way from one
// hand to another, leaves nothing behind: his room is another's.
func TestClosedWhileHandedOver(t *testing.T) {
	for _, leaves := range []struct {
		name string
		how  func(net.Conn)
	}{
		{"closes", func(c net.Conn) { c.Close() }},
		{"resets", func(c net.Conn) { c.(*net.TCPConn).SetLinger(0); c.Close() }},
		{"says no more", func(c net.Conn) { c.(*net.TCPConn).CloseWrite() }},
	} {
		for name, asks := range map[string]string{"tcp": line + "\n", "sse": sseAsks, "ws": wsAsks, "resumed": strings.Replace(sseAsks, "/stream", "/stream?since=0", 1)} {
			t.Run(leaves.name+"/"+name, func(t *testing.T) {
				s := &slowly{Store: memory.New()}
				first := newRig(t, setting{store: s})
				first.create(seed)
				first.post(seed, start)
				first.post(seed, `{"kind":"stop"}`)
				first.stop()
				onBoth(t, setting{store: s, max: 1}, func(t *testing.T, r *rig) {
					h := &hold{begun: make(chan struct{}), goOn: make(chan struct{})}
					s.hold.Store(h)
					l := r.setting.tcp
					if strings.HasPrefix(asks, "GET ") {
						l = r.setting.http
					}
					c := newClient(r, r.dial(l))
					c.say(asks)
					<-h.begun // a match that is over is not in memory
					leaves.how(c.Conn)
					close(h.goOn)
					r.comesIn(func() {})
					m := r.match(seed)
					r.stop()
					if now := r.countOf(m).Now; now != 0 || r.door.Watchers() != 0 {
						t.Errorf("%d watch, %d by the door", now, r.door.Watchers())
					}
					if active := r.gate.SSE.Active() + r.gate.WebSocket.Active() + r.gate.TCP.Active(); active != 0 {
						t.Errorf("%d are still there", active)
					}
					if r.polled != nil && r.polled.Open() != 0 {
						t.Errorf("%d connections are still open", r.polled.Open())
					}
				})
			})
		}
	}
}

// That a client leaves while his match is being read is no trouble of the
// node's, and no line in its log.
func TestLeavingIsNoError(t *testing.T) {
	s := &slowly{Store: memory.New()}
	first := newRig(t, setting{store: s})
	first.create(seed)
	first.post(seed, start)
	first.post(seed, `{"kind":"stop"}`)
	first.stop()
	r := newRig(t, setting{store: s})
	var log bytes.Buffer
	r.gate.Log = slog.New(slog.NewTextHandler(&log, nil))
	for _, serve := range []http.HandlerFunc{r.gate.ServeSSE, r.gate.ServeWebSocket} {
		ctx, leave := context.WithCancel(t.Context())
		q := httptest.NewRequestWithContext(ctx, "GET", "/1/match/"+seed+"/stream", nil)
		q.SetPathValue("id", seed)
		h := &hold{begun: make(chan struct{}), goOn: make(chan struct{})}
		s.hold.Store(h)
		go func() {
			<-h.begun
			leave()
			close(h.goOn)
		}()
		serve(httptest.NewRecorder(), q)
	}
	if log.Len() > 0 {
		t.Errorf("the log says %s", &log)
	}
}
