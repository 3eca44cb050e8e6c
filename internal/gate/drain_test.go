package gate_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestDrain ends every kind of stream at a frame border, each at a moment of
// its own within the drain, while events go on.
func TestDrain(t *testing.T) {
	const drain, each = 5 * time.Second, 8
	inBubble(t, func(s *setting) { s.drain = drain }, func(t *testing.T, r *rig) {
		r.create(seed)
		r.post(seed, start)
		var mu sync.Mutex
		var readers sync.WaitGroup
		ends := map[time.Duration]int{}
		began := time.Now()
		for _, c := range []struct{ asks, end string }{
			{line + ":IDS:on\n", "\n\r\n"},
			{sseAsks, "retry"},
			{boardAsks, "retry"},
			{wsAsks, "\x88\x33\x03\xf4this node is leaving, come back with the position"},
		} {
			for range each {
				w := r.watch(c.asks)
				w.get(1)
				readers.Go(func() {
					var last []byte
					for {
						f, err := w.frame()
						if err == io.EOF && len(f) == 0 {
							break
						}
						if err != nil {
							t.Errorf("%q is cut: %v", f, err)
							return
						}
						last = f
					}
					// A pipe cannot be shut down for writing: its end is seen
					// when the node has given the client a second for his.
					after := time.Since(began) - time.Second
					mu.Lock()
					defer mu.Unlock()
					ends[after]++
					if after > drain {
						t.Errorf("one ended %v after the drain began", after)
					}
					if c.end == "retry" {
						var millis int
						if n, err := fmt.Sscanf(string(last), "retry: %d\n\n", &millis); n != 1 || err != nil || millis < 0 || millis > 5000 {
							t.Errorf("the last frame is %q", last)
						}
					} else if !bytes.HasSuffix(last, []byte(c.end)) {
						t.Errorf("the last frame is %q, want %q", last, c.end)
					}
				})
			}
		}
		synctest.Wait()
		began = time.Now()
		go r.stop()
		for range 100 {
			r.post(seed, `{"kind":"corner","team":"elp"}`)
			<-time.After(50 * time.Millisecond)
		}
		readers.Wait()
		r.stop()
		if len(ends) < 2*each {
			t.Errorf("they ended at %d moments, want them spread", len(ends))
		}
	})
}

// TestComingDuringTheDrain: who comes by a door that is still open is sent
// away as those who are in, so that he comes back elsewhere.
func TestComingDuringTheDrain(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, r *rig) {
		r.create(seed)
		stays := r.watch(line + "\n")
		stays.get(1)
		r.gate.Close()
		if got := r.watch("").rest(); len(got) > 0 {
			t.Errorf("over TCP he got %q, want to be closed without a word", got)
		}
		go r.drain(0)
		synctest.Wait()
		w := r.watch(sseAsks)
		w.get(3)
		if got, want := string(w.rest()), "retry: 0\n\n"; got != want {
			t.Errorf("over SSE he got %q at last, want %q", got, want)
		}
		w = r.watch(wsAsks)
		w.get(2)
		if got, want := w.shown(-1), "<88 33> 1012 this node is leaving, come back with the position\n(closed)\n"; got != want {
			t.Errorf("over WebSocket he got %q at last, want %q", got, want)
		}
		stays.rest()
	})
}

// TestTalkWithTheLine: what comes together with the line counts as talk.
func TestTalkWithTheLine(t *testing.T) {
	r := newRig(t, setting{})
	r.create(seed)
	w := r.watch(line + "\n" + strings.Repeat("x", 4097))
	// Whether the status is written before the talk is read is open.
	if got := w.rest(); len(got) > 0 && !bytes.HasSuffix(got, []byte("\n\r\n")) {
		t.Errorf("got %q", got)
	}
}
