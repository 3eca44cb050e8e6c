package pump_test

import (
	"net"
	"runtime"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// The kernel has no descriptors left, though by our count there are: those who
// come wait, each loop asks again from tick to tick, and they do not wake each
// other in between. When there are some again, everybody comes in.
func TestStarved(t *testing.T) {
	twoLoops(t)
	h := newHouse(t, 1000, lasting)
	var clients []int
	for range 20 { // made before there are none
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		must(t, err)
		defer unix.Close(fd)
		clients = append(clients, fd)
	}
	var most syscall.Rlimit
	must(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &most))
	none := most
	none.Cur = 3
	must(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &none))
	defer syscall.Setrlimit(syscall.RLIMIT_NOFILE, &most)
	began := h.pump.Ticks()
	at := &unix.SockaddrInet4{Port: h.at.(*net.TCPAddr).Port, Addr: [4]byte{127, 0, 0, 1}}
	for _, fd := range clients {
		must(t, unix.Connect(fd, at))
	}
	const times = 20
	for h.pump.InVain() < times {
		runtime.Gosched()
	}
	for from := h.pump.Ticks(); h.pump.Ticks() < from+times; {
		runtime.Gosched()
	}
	// Each loop once for each tick; and for each who knocks its loop twice: for
	// him, and when it asks all listeners that wait.
	if asked, fair := h.pump.InVain(), uint64(2*(h.pump.Ticks()-began+2))+2*uint64(len(clients)); asked > fair {
		t.Errorf("asked %d times in vain, %d would do", asked, fair)
	}
	if n := h.pump.Starved(); n != uint64(len(clients)) {
		t.Errorf("%d are said to have waited, want %d", n, len(clients))
	}
	must(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &most))
	for h.entered() < len(clients) {
		runtime.Gosched()
	}
}
