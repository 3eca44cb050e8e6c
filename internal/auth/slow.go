package auth

import (
	"container/list"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/netip"
	"sync"
	"time"
)

const (
	// FirstDelay is the time between the first wrong token of a host and the
	// next that is looked at; after each further wrong one it is twice as long.
	FirstDelay = 50 * time.Millisecond
	// MaxDelay is the longest.
	MaxDelay = 2 * time.Second
	// MaxWait is how long a request may be held back.
	MaxWait = 5 * time.Second
	// forgiven is how long after its last failure a host is forgotten.
	forgiven = 10 * time.Minute
	// remembered is how many hosts are kept; the one that failed longest ago
	// goes first, so that many hosts cannot fill the memory. Connections
	// likewise.
	remembered = 10_000
)

// slowness counts the failures of hosts.
type slowness struct {
	clock func() time.Time
	sleep func(context.Context, time.Duration)
	mu    struct {
		sync.Mutex
		of     map[netip.Prefix]*list.Element // of *failures
		recent *list.List                     // the latest first
		known  map[string]*list.Element       // of *known, by host:port
		latest *list.List                     // of known, the latest first
	}
}

type failures struct {
	from  netip.Prefix
	count int
	last  time.Time
	free  time.Time // when the next token may be looked at
}

// known is a connection on which a right token came.
type known struct {
	address string
	sum     [sha256.Size]byte
}

func newSlowness() *slowness {
	s := &slowness{clock: time.Now, sleep: sleep}
	s.mu.of = make(map[netip.Prefix]*list.Element)
	s.mu.recent = list.New()
	s.mu.known = make(map[string]*list.Element)
	s.mu.latest = list.New()
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

// turn waits until a host's next token may be looked at. An error: it may not.
func (s *slowness) turn(ctx context.Context, from netip.Prefix) error {
	wait, err := s.reserve(from)
	if err != nil || wait == 0 {
		return err
	}
	s.sleep(ctx, wait)
	return ctx.Err() // who does not wait learns nothing
}

func (s *slowness) reserve(from netip.Prefix) (wait time.Duration, err error) {
	now := s.clock()
	s.mu.Lock()
	defer s.mu.Unlock()
	e, failed := s.mu.of[from]
	if !failed {
		return 0, nil
	}
	f := e.Value.(*failures)
	if now.Sub(f.last) > forgiven {
		return 0, nil
	}
	if f.free.After(now) {
		wait = f.free.Sub(now)
	}
	if wait > MaxWait {
		return 0, &TooManyError{After: wait}
	}
	f.free = now.Add(wait + delay(f.count))
	return wait, nil
}

// failed counts a failure.
func (s *slowness) failed(from netip.Prefix) {
	now := s.clock()
	s.mu.Lock()
	defer s.mu.Unlock()
	e, known := s.mu.of[from]
	if !known {
		if s.mu.recent.Len() >= remembered {
			delete(s.mu.of, s.mu.recent.Remove(s.mu.recent.Back()).(*failures).from)
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
	if next := now.Add(delay(f.count)); next.After(f.free) {
		f.free = next
	}
}

// trust a connection with the token that was right on it.
func (s *slowness) trust(address string, sum [sha256.Size]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, ok := s.mu.known[address]; ok {
		e.Value.(*known).sum = sum
		s.mu.latest.MoveToFront(e)
		return
	}
	if s.mu.latest.Len() >= remembered {
		delete(s.mu.known, s.mu.latest.Remove(s.mu.latest.Back()).(*known).address)
	}
	s.mu.known[address] = s.mu.latest.PushFront(&known{address, sum})
}

// trusts says whether this very token was right on a connection before.
func (s *slowness) trusts(address string, sum [sha256.Size]byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.mu.known[address]
	return ok && subtle.ConstantTimeCompare(e.Value.(*known).sum[:], sum[:]) == 1
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
