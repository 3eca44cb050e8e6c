package auth

import (
	"container/list"
	"context"
	"crypto/sha256"
	"net/netip"
	"slices"
	"sync"
	"time"
)

const (
	// FirstDelay is how long the answer to an origin's first wrong token takes;
	// that to each further one takes twice as long.
	FirstDelay = 50 * time.Millisecond
	// MaxDelay is the longest.
	MaxDelay = 2 * time.Second
	// MaxAtOnce is how many wrong tokens of an origin may be in delay at once. So
	// no more than MaxAtOnce in MaxDelay are looked at, however many come.
	MaxAtOnce = 16
	// forgiven is how long after its last failure an origin is forgotten.
	forgiven = 10 * time.Minute
	// remembered is how many origins are kept; the one that failed longest ago
	// goes first, so that many cannot fill the memory. Connections likewise.
	remembered = 10_000
)

// slowness makes guessing slow for whoever guesses, and for nobody else: a right
// token is answered at once, whatever others of its origin do; the answer to a
// wrong one comes late, and later with each.
//
// Who guesses need not wait for the answer: that none comes at once is one. So
// it is not he who waits that counts, but the time: a wrong token takes one of
// its origin's places for as long as its answer is delayed, whether or not
// anybody waits for it. While all are taken, further tokens are not looked at.
//
// That must hold for right ones, too, or who guesses would see the right one by
// its passing. Two kinds pass all the same. One is what Generate made: nobody
// finds such a text by guessing, at whatever rate. The other is what was right
// on its connection before: one guess in the midst of it, and it is not any
// more, since a proxy may send requests of many clients on one. (To let a
// token pass that was right from the same address would be kinder, and no limit
// at all for who guesses at it from behind the same proxy.)
type slowness struct {
	clock func() time.Time
	sleep func(context.Context, time.Duration)
	mu    struct {
		sync.Mutex
		of     map[netip.Prefix]*list.Element // of *failures
		recent *list.List                     // the latest first
		known  connections
	}
}

type failures struct {
	from  netip.Prefix
	count int
	last  time.Time
	taken []time.Time // until when each place is
}

func newSlowness() *slowness {
	s := &slowness{clock: time.Now, sleep: sleep}
	s.mu.of = make(map[netip.Prefix]*list.Element)
	s.mu.recent = list.New()
	s.mu.known.init()
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

// judge says what is to be told of a token that came from an address: wait for
// so long, or *TooManyError: nothing, as if it had not been looked at. All is
// decided under one lock, so that of many at once no more than there are places
// learn anything.
func (s *slowness) judge(address, text string, sum [sha256.Size]byte, right bool) (wait time.Duration, err error) {
	now := s.clock()
	s.mu.Lock()
	defer s.mu.Unlock()
	from := origin(address)
	full := s.full(from, now)
	if right && (full == 0 || generated(text) || s.mu.known.has(address, sum)) {
		s.mu.known.add(address, sum)
		return 0, nil
	}
	s.mu.known.remove(address)
	if full > 0 {
		return 0, &TooManyError{After: full}
	}
	return s.failed(from, now), nil
}

// full is how long it takes until an origin has a place; 0: it has one.
func (s *slowness) full(from netip.Prefix, now time.Time) time.Duration {
	e, ok := s.mu.of[from]
	if !ok {
		return 0
	}
	f := e.Value.(*failures)
	f.taken = slices.DeleteFunc(f.taken, func(until time.Time) bool { return !until.After(now) })
	if len(f.taken) < MaxAtOnce {
		return 0
	}
	return slices.MinFunc(f.taken, time.Time.Compare).Sub(now)
}

// failed counts a failure, and says how long its answer is to take.
func (s *slowness) failed(from netip.Prefix, now time.Time) time.Duration {
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
	d := delay(f.count)
	f.taken = append(f.taken, now.Add(d))
	return d
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
