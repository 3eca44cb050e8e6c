package poll

import (
	"fmt"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// alarm wakes a thread that sleeps in the kernel.
type alarm struct {
	mu sync.Mutex
	fd int // mu: -1 when it is closed
}

// alarmKey is that of the alarm: nothing else is added with it.
const alarmKey = ^uint64(0)

// NewSleeper makes a poller for Sleep.
func NewSleeper() (*Poller, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("epoll_create: %w", err)
	}
	// It is not told to Go's netpoller, which would wake another thread for each event.
	p := &Poller{fd: fd, alarm: &alarm{fd: -1}}
	if p.alarm.fd, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err == nil {
		err = p.Add(int32(p.alarm.fd), alarmKey)
	}
	if err != nil {
		p.Close()
		return nil, fmt.Errorf("eventfd: %w", err)
	}
	return p, nil
}

var ringing = [8]byte{1}

// ring tells of something each time, since an edge is told of once, and nobody reads.
func (a *alarm) ring() {
	a.mu.Lock()
	defer a.mu.Unlock()
	unix.Write(a.fd, ringing[:]) // fails when it is closed, or was rung 2^64 times
}

// close ends it, and the epoll descriptor that it is in; once.
func (a *alarm) close(epoll int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.fd >= 0 {
		unix.Close(a.fd)
	}
	a.fd = -1
	return unix.Close(epoll)
}

// Sleep is Wait for a program that does little beside one loop: the thread sleeps in the
// kernel, which costs less than parking where nobody else wants it. An event with a key
// of all ones is a wake, and nobody's. Only for a poller of NewSleeper.
func (p *Poller) Sleep(most time.Duration) ([]Event, error) {
	n, err := p.poll()
	if n > 0 || err != nil || most == 0 || p.woken.Swap(false) {
		return p.events[:n], err
	}
	p.sleeping.Store(true) // the order matters: see Wait
	if !p.woken.Load() {
		n, err = p.sleep(most)
	}
	p.sleeping.Store(false)
	p.woken.Store(false)
	return p.events[:n], err
}

// sleep asks the kernel, and waits; the scheduler is told.
func (p *Poller) sleep(most time.Duration) (int, error) {
	var until *unix.Timespec
	if most > 0 {
		t := unix.NsecToTimespec(int64(most))
		until = &t
	}
	n, _, errno := syscall.Syscall6(unix.SYS_EPOLL_PWAIT2, uintptr(p.fd), uintptr(unsafe.Pointer(&p.events[0])), batch,
		uintptr(unsafe.Pointer(until)), 0, 0)
	if errno == unix.ENOSYS { // before Linux 5.11: whole milliseconds
		millis := -1
		if most > 0 {
			millis = int((most + time.Millisecond - 1) / time.Millisecond)
		}
		n, _, errno = syscall.Syscall6(unix.SYS_EPOLL_PWAIT, uintptr(p.fd), uintptr(unsafe.Pointer(&p.events[0])), batch, uintptr(millis), 0, 0)
	}
	switch errno {
	case 0:
		return int(n), nil
	case unix.EINTR:
		return 0, nil
	}
	return 0, fmt.Errorf("epoll_wait: %w", errno)
}
