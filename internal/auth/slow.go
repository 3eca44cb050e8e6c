package auth

import (
	"container/list"
	"context"
	"net/netip"
	"sync"
	"time"
)

const (
	// FirstDelay is how long the first wrong token of an address is held back;
	// each further one twice as long as the one before.
	FirstDelay = 50 * time.Millisecond
	// MaxDelay is the longest.
	MaxDelay = 2 * time.Second
	// forgiven is how long after its last failure an address is forgotten.
	forgiven = 10 * time.Minute
	// remembered is how many addresses are kept; the one that failed longest
	// ago goes first, so that many addresses cannot fill the memory.
	remembered = 10_000
)

// slowness counts the failures of addresses.
type slowness struct {
	clock func() time.Time
	sleep func(context.Context, time.Duration)
	mu    struct {
		sync.Mutex
		of     map[netip.Prefix]*list.Element // of *failures
		recent *list.List                     // the latest first
	}
}

type failures struct {
	from  netip.Prefix
	count int
	last  time.Time
}

func newSlowness() *slowness {
	s := &slowness{clock: time.Now, sleep: sleep}
	s.mu.of = make(map[netip.Prefix]*list.Element)
	s.mu.recent = list.New()
	return s
}

// UseClock replaces time itself, for tests; before any Check.
func (t *Tokens) UseClock(clock func() time.Time, sleep func(context.Context, time.Duration)) {
	t.slow.clock, t.slow.sleep = clock, sleep
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// failed counts a failure and waits.
func (s *slowness) failed(ctx context.Context, address string) {
	s.sleep(ctx, s.count(origin(address)))
}

func (s *slowness) count(from netip.Prefix) time.Duration {
	now := s.clock()
	s.mu.Lock()
	defer s.mu.Unlock()
	e, known := s.mu.of[from]
	if !known {
		if s.mu.recent.Len() >= remembered {
			oldest := s.mu.recent.Back()
			delete(s.mu.of, s.mu.recent.Remove(oldest).(*failures).from)
		}
		e = s.mu.recent.PushFront(&failures{from: from})
		s.mu.of[from] = e
	}
	s.mu.recent.MoveToFront(e)
	f := e.Value.(*failures)
	if now.Sub(f.last) > forgiven {
		f.count = 0
	}
	f.last = now
	f.count++
	return delay(f.count)
}

func delay(failures int) time.Duration {
	d := FirstDelay
	for range failures - 1 {
		if d *= 2; d >= MaxDelay {
			return MaxDelay
		}
	}
	return d
}

// origin is whom an address is counted with: an IPv4 address, or the /64 that
// an IPv6 client can pick addresses from at will. What is no address counts as
// one origin.
func origin(address string) netip.Prefix {
	ap, err := netip.ParseAddrPort(address)
	addr := ap.Addr()
	if err != nil {
		if addr, err = netip.ParseAddr(address); err != nil {
			return netip.Prefix{}
		}
	}
	addr = addr.Unmap().WithZone("")
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	p, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}
