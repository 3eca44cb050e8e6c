package poll

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Event is what has happened to one descriptor.
type Event unix.EpollEvent

// Key is what the descriptor was added with.
func (e *Event) Key() uint64 { return uint64(uint32(e.Fd)) | uint64(uint32(e.Pad))<<32 }

// Readable says that there is something to read, be it the end.
func (e *Event) Readable() bool { return e.Events&(unix.EPOLLIN|unix.EPOLLRDHUP) != 0 }

// Writable says that there is room again.
func (e *Event) Writable() bool { return e.Events&unix.EPOLLOUT != 0 }

// Hung says that the other side sends no more.
func (e *Event) Hung() bool { return e.Events&unix.EPOLLRDHUP != 0 }

// Dead says that both directions are closed, or the connection has failed.
func (e *Event) Dead() bool { return e.Events&(unix.EPOLLERR|unix.EPOLLHUP) != 0 }

const (
	// edge: an event is told of once (unix.EPOLLET is a negative constant).
	edge = 1 << 31
	// batch is how many events one call returns at most.
	batch = 512
)

// Poller waits for many descriptors. All methods but Wake are for the one
// goroutine that owns it.
type Poller struct {
	fd       int
	file     *os.File
	park     syscall.RawConn
	woken    atomic.Bool
	sleeping atomic.Bool
	events   [batch]Event
	asked    func(uintptr) bool // ask, made once: a closure for each time it parks is garbage
	found    int                // by ask
	failed   error              // likewise
	alarm    *alarm             // of one that sleeps
}

// New makes a poller.
func New() (*Poller, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("epoll_create: %w", err)
	}
	// Without this flag os.NewFile takes it for a file that blocks, and does
	// not register it.
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("epoll: %w", err)
	}
	p := &Poller{fd: fd, file: os.NewFile(uintptr(fd), "epoll")}
	if p.park, err = p.file.SyscallConn(); err == nil {
		err = p.file.SetReadDeadline(time.Time{}) // fails where it is not registered
	}
	if err != nil {
		p.file.Close()
		return nil, fmt.Errorf("epoll cannot be parked: %w", err)
	}
	p.asked = p.ask
	return p, nil
}

// Close lets go of the poller, not of the descriptors in it.
func (p *Poller) Close() error {
	if p.alarm != nil {
		return p.alarm.close(p.fd)
	}
	return p.file.Close()
}

// Add waits for fd to become readable. Each event of it carries key.
func (p *Poller) Add(fd int32, key uint64) error {
	return p.control(unix.EPOLL_CTL_ADD, fd, key, unix.EPOLLIN|unix.EPOLLRDHUP)
}

// AddDialed waits for fd, a connection that was begun, to be there or to fail, which is
// told as writable, and to become readable.
func (p *Poller) AddDialed(fd int32, key uint64) error {
	return p.control(unix.EPOLL_CTL_ADD, fd, key, unix.EPOLLIN|unix.EPOLLRDHUP|unix.EPOLLOUT)
}

// AddWriting waits for fd to become writable, too, from now on: for a
// descriptor that is in the poller already. If it is so now, that is an event.
func (p *Poller) AddWriting(fd int32, key uint64) error {
	return p.control(unix.EPOLL_CTL_MOD, fd, key, unix.EPOLLIN|unix.EPOLLRDHUP|unix.EPOLLOUT)
}

// Remove forgets fd. Closing it does so by itself.
func (p *Poller) Remove(fd int32) error { return p.control(unix.EPOLL_CTL_DEL, fd, 0, 0) }

func (p *Poller) control(op int, fd int32, key uint64, mask uint32) error {
	e := Event{Events: mask | edge, Fd: int32(uint32(key)), Pad: int32(uint32(key >> 32))}
	if errno := epollCtl(p.fd, op, int(fd), &e); errno != 0 {
		return errno
	}
	return nil
}

// Wake makes a Wait that parks return, or the next one not park. Any
// goroutine may call it at any time; it never blocks.
func (p *Poller) Wake() {
	p.woken.Store(true)
	if !p.sleeping.Swap(false) {
		return
	}
	if p.alarm != nil {
		p.alarm.ring()
	} else {
		p.file.SetReadDeadline(past) // fails only for a closed poller
	}
}

var past = time.Unix(1, 0)

// Wait returns what has happened. If nothing has it parks, but for at most
// most (forever if it is negative, not at all if it is 0), and not if Wake was
// called since the last Wait returned. The result is good until the next call.
func (p *Poller) Wait(most time.Duration) ([]Event, error) {
	n, err := p.poll()
	if n > 0 || err != nil || most == 0 || p.woken.Swap(false) {
		return p.events[:n], err
	}
	// The order matters: whoever wakes sets woken and then looks at sleeping,
	// so one of the two sees the other; and a deadline set here over one of
	// his is set before woken is read.
	p.sleeping.Store(true)
	if most > 0 {
		err = p.file.SetReadDeadline(time.Now().Add(most))
	} else {
		err = p.file.SetReadDeadline(time.Time{})
	}
	if err == nil && !p.woken.Load() {
		p.found, p.failed = 0, nil // at its deadline it is not even asked
		parked := p.park.Read(p.asked)
		n, err = p.found, p.failed
		if parked != nil && !errors.Is(parked, os.ErrDeadlineExceeded) {
			err = errors.Join(err, parked)
		}
	}
	p.sleeping.Store(false)
	p.woken.Store(false)
	return p.events[:n], err
}

// ask is what is done before the goroutine parks, and when the poller is readable: false
// parks it.
func (p *Poller) ask(uintptr) bool {
	p.found, p.failed = p.poll()
	return p.found > 0 || p.failed != nil
}

// poll asks the kernel, without waiting.
func (p *Poller) poll() (int, error) {
	for {
		n, errno := epollWait(p.fd, p.events[:])
		if errno == unix.EINTR {
			continue
		}
		if errno != 0 {
			return 0, fmt.Errorf("epoll_wait: %w", errno)
		}
		return n, nil
	}
}
