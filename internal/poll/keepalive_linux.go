package poll

import (
	"math/rand/v2"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Keep-alive: a connection that was silent for keepIdle (and up to keepSpread
// more, see Stagger) is asked whether it is there, and again every keepEvery.
//
// The kernel gives up after TCP_USER_TIMEOUT where that is set, whatever
// TCP_KEEPCNT says, and if it is shorter than the silence, after one lost
// probe. So it must not be set to less than leaves room for some.
const (
	keepIdle   = 45 // seconds
	keepSpread = 45
	keepEvery  = 10
	keepTries  = 3
)

// keepAll is how long the other side may be silent and is believed to be there.
const keepAll = (keepIdle + keepSpread + keepTries*keepEvery) * time.Second

// Stagger moves the moment at which the next connections of a listener are
// asked, once they are silent, whether they are there, to a random one. To be
// called every few connections. Those who came with a kick-off, or were sent
// the same event, would else all be asked in the same tick of the kernel (2
// seconds, so far ahead), and a network card's queue, or loopback's, drops
// most of ten thousand probes: again and again, until the kernel takes their
// connections for dead. For each connection by itself it would be a twentieth
// of the price of a join.
func Stagger(listener int32) {
	idle := int32(keepIdle + rand.N(keepSpread+1))
	syscall.RawSyscall6(unix.SYS_SETSOCKOPT, uintptr(listener), unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, uintptr(unsafe.Pointer(&idle)), unsafe.Sizeof(idle), 0)
}
