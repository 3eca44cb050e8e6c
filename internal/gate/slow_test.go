package gate_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/pump"
)

// deaf is the node's side of a connection that takes nothing once shut, but
// for a close frame, which happens to fit.
type deaf struct {
	net.Conn
	shut  *atomic.Bool
	until *atomic.Pointer[time.Time]
}

func (d deaf) SetWriteDeadline(t time.Time) error {
	d.until.Store(&t)
	return d.Conn.SetWriteDeadline(t)
}

func (d deaf) Write(p []byte) (int, error) {
	if d.shut.Load() && p[0] != 0x88 {
		<-time.After(time.Until(*d.until.Load()))
		return 0, os.ErrDeadlineExceeded
	}
	return d.Conn.Write(p)
}

// TestTooSlowWebSocket: who makes no progress is told 4408, if that fits.
func TestTooSlowWebSocket(t *testing.T) {
	shut := new(atomic.Bool)
	inBubble(t, func(s *setting) {
		s.http.(*pipes).wrap = func(c net.Conn) net.Conn { return deaf{c, shut, new(atomic.Pointer[time.Time])} }
	}, func(t *testing.T, r *rig) {
		r.create(seed)
		w := r.watch(wsAsks)
		w.get(2)
		shut.Store(true)
		r.post(seed, start)
		if got, want := w.shown(-1), "<88 27> 4408 too slow, come back with the position\n(closed)\n"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		r.stop()
		if n := r.gate.WebSocket.Closed(pump.TooSlow); n != 1 {
			t.Errorf("%d were counted too slow", n)
		}
	})
}

// TestTooSlow: who takes nothing is closed after the send timeout, without a
// word and without a cut frame being followed by anything; what he was given
// can be resumed.
func TestTooSlow(t *testing.T) {
	for _, c := range []struct {
		name, asks string
		head       int
		counts     func(*rig) *pump.Counts
	}{
		{"tcp", line + "\n", 1, func(r *rig) *pump.Counts { return &r.gate.TCP }},
		{"sse", sseAsks, 3, func(r *rig) *pump.Counts { return &r.gate.SSE }},
		{"ws", wsAsks, 2, func(r *rig) *pump.Counts { return &r.gate.WebSocket }},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, nil, func(t *testing.T, r *rig) {
				r.create(seed)
				w := r.watch(c.asks)
				w.get(c.head)
				r.post(seed, start)
				closed := func() uint64 { return c.counts(r).Closed(pump.TooSlow) }
				<-time.After(31 * time.Second)
				synctest.Wait()
				if closed() != 0 {
					t.Error("closed before the send timeout")
				}
				<-time.After(2 * time.Second)
				synctest.Wait()
				if closed() != 1 {
					t.Error("not closed after the send timeout")
				}
				if got := w.rest(); len(got) > 0 {
					t.Errorf("a pipe holds nothing, and gave %q", got)
				}
			})
		})
	}
}

// TestSlowBoardWatcher: one who was behind by more than the lag is given all
// matches afresh, as they are.
func TestSlowBoardWatcher(t *testing.T) {
	const matches = 5
	inBubble(t, func(s *setting) { s.pump.Lag = 2 }, func(t *testing.T, r *rig) {
		var ids []string
		for i := range matches {
			ids = append(ids, fmt.Sprintf("elp-tig-2011-09-1%d", i))
			r.create(ids[i])
			r.post(ids[i], start)
		}
		<-time.After(time.Second)
		w := r.watch(boardAsks)
		w.get(2 + matches)
		// The pipe holds nothing: the first change is being written, the
		// others pile up behind it.
		goal := func(id string) { r.post(id, `{"kind":"goal","team":"tig","player":7}`); <-time.After(time.Second) }
		goal(ids[0])
		for range 3 {
			for _, id := range ids {
				goal(id)
			}
		}
		r.delete(ids[4])
		<-time.After(time.Second)
		first := w.get(1)[0]
		if !bytes.Contains(first, []byte(`"visit-score":1`)) {
			t.Errorf("got %q, want the first goal", first)
		}
		for i, got := range w.get(matches - 1) {
			want := fmt.Sprintf(`"match":"%s","home-score":0,"visit-score":%d,`, ids[i], 3+max(0, 1-i))
			if !bytes.Contains(got, []byte(want)) {
				t.Errorf("got %q, want %s", got, want)
			}
		}
		goal(ids[2])
		if got, want := w.get(1)[0], `"match":"elp-tig-2011-09-12","home-score":0,"visit-score":4,`; !bytes.Contains(got, []byte(want)) {
			t.Errorf("got %q, want %s", got, want)
		}
		w.Close()
		r.stop()
		if n := r.gate.SSE.Refreshes(); n != 1 {
			t.Errorf("%d refreshes were counted", n)
		}
	})
}
