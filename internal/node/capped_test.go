package node

import (
	"errors"
	"net"
	"runtime"
	"sync/atomic"
	"syscall"
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

// empty is a listener to whom the kernel gives no descriptor so many times.
type empty struct {
	net.Listener
	left int
}

func (e *empty) Accept() (net.Conn, error) {
	if e.left--; e.left >= 0 {
		return nil, &net.OpError{Op: "accept", Err: syscall.EMFILE}
	}
	e.left = patience
	c, _ := net.Pipe()
	return c, nil
}

// TestSlotsWithoutDescriptors: each time there is none somebody is asked to make
// room; who waits is counted once, and only if that takes a while.
func TestSlotsWithoutDescriptors(t *testing.T) {
	asked := 0
	s := newSlots(10, func() bool { asked++; return false })
	door := s.over(&empty{left: patience - 1})
	for round, want := range []uint64{0, 1, 2} {
		for {
			c, err := door.Accept()
			if err == nil {
				c.Close()
				break
			}
			if !errors.Is(err, syscall.EMFILE) {
				t.Fatal(err)
			}
		}
		if n := s.starved.Load(); n != want {
			t.Errorf("round %d: %d are said to have waited, want %d", round, n, want)
		}
	}
	if want := 3*patience - 1; asked != want {
		t.Errorf("%d times somebody was to make room, want %d", asked, want)
	}
}
