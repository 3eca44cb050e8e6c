package node

import (
	"errors"
	"net"
	"runtime"
	"sync/atomic"
	"testing"
)

// TestSlots: somebody is said to wait only if he does, and he does only if
// nobody makes room. Who leaves makes room, too; a listener that is closed waits
// for nobody.
func TestSlots(t *testing.T) {
	var gives atomic.Pointer[net.Conn]
	s := newSlots(2, func() bool {
		c := gives.Swap(nil)
		if c != nil {
			(*c).Close()
		}
		return c != nil
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	door := s.over(l)
	in, over := make(chan net.Conn), make(chan error)
	go func() {
		for {
			c, err := door.Accept()
			if err != nil {
				over <- err
				return
			}
			in <- c
		}
	}()
	knock := func() {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
	}
	starved := func(want uint64) {
		t.Helper()
		if n := s.starved.Load(); n != want {
			t.Errorf("%d are said to have waited, want %d", n, want)
		}
	}
	knock()
	first := <-in
	knock()
	second := <-in
	starved(0) // there is no slot, and nobody who wants one
	gives.Store(&first)
	knock()
	third := <-in
	starved(0)
	knock()
	for s.starved.Load() == 0 {
		runtime.Gosched()
	}
	second.Close()
	second.Close() // counts once
	fourth := <-in
	knock()
	for s.starved.Load() == 1 {
		runtime.Gosched()
	}
	gives.Store(&third) // while he waits
	fifth := <-in
	starved(2)
	knock()
	for s.starved.Load() == 2 {
		runtime.Gosched()
	}
	door.Close()
	if err := <-over; !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	for _, c := range []net.Conn{first, third, fourth, fifth} {
		c.Close()
	}
	if n := len(s.free); n != 0 {
		t.Errorf("%d slots are taken", n)
	}
}
