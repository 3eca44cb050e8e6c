package pump_test

import (
	"bytes"
	"io"
	"runtime"
	"testing"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/pump"
)

// until asks for the slowest until he is as wanted.
func (h *house) until(what string, is func(pump.Straggler) bool) {
	h.Helper()
	for limit := time.Now().Add(patience); ; runtime.Gosched() {
		s := h.pump.Slowest()
		if is(s) {
			return
		}
		if time.Now().After(limit) {
			h.Fatalf("the slowest is %+v, want %s", s, what)
		}
	}
}

// TestSlowest: who takes nothing is known for how far he stands behind, and is
// forgotten when he takes it, or goes.
func TestSlowest(t *testing.T) {
	const events, size = 100, 100_000
	h := newHouse(t, 100, lasting, func(p *porter) { p.send = time.Hour })
	slow, gone := h.says("watch\n"), h.says("watch\n")
	quick := h.says("watch\n")
	for _, c := range []*guest{slow, gone, quick} {
		c.reads("<status 0>")
	}
	if s := h.pump.Slowest(); s != (pump.Straggler{}) {
		t.Errorf("nobody is slow, and the slowest is %+v", s)
	}
	frame := bytes.Repeat([]byte("x"), size)
	read := make(chan error)
	go func() {
		_, err := io.CopyN(io.Discard, quick, events*size)
		read <- err
	}()
	for range events {
		h.last++
		h.lane.Append([]feed.Frame{{Event: h.last, Bytes: frame}}, status(h.last), feed.Open)
	}
	if err := <-read; err != nil {
		t.Fatal(err)
	}
	h.until("one some events behind, who has stood still", func(s pump.Straggler) bool {
		return s.Events > 10 && s.Events <= events && s.Bytes > 10*size && s.Bytes <= events*size && s.Still > 0
	})
	gone.Close()
	if _, err := io.CopyN(io.Discard, slow, events*size); err != nil {
		t.Fatal(err)
	}
	h.until("nobody", func(s pump.Straggler) bool { return s == pump.Straggler{} })
	for _, c := range []*guest{slow, quick} {
		c.Close()
	}
}
