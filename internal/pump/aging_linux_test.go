package pump

import (
	"net"
	"sync"
	"testing"
	"time"

	"matchstream/internal/feed"
)

// TestAHandGoesRound: a crowd that has come at once leaves over the whole of
// MaxAge, nobody later, and never more at once than there are places on the way.
func TestAHandGoesRound(t *testing.T) {
	const watchers, parts = 1000, 20
	p, err := NewEpoll(Options{SendTimeout: time.Hour, MaxAge: 1000 * time.Hour}, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	lane := feed.NewLane(func(bool) []byte { return nil })
	var counts Counts
	stream := &Stream{Lane: lane, Counts: &counts}
	for range watchers {
		client, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		server, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		lane.Acquire()
		p.Attach(server, Watch{Stream: stream, Cursor: lane.View().Join()})
	}
	ended := func() int { return int(counts.Closed(Shed)) }
	var mu sync.Mutex
	places := 0
	p.everywhere(func(l *loop) {
		mu.Lock()
		defer mu.Unlock()
		places = max(places, len(l.places)<<pieceBits)
	})
	if ended() != 0 {
		t.Fatalf("%d have left before the hand has moved", ended())
	}
	every := p.loops[0].agingEvery()
	moves := (p.maxAge + every - 1) / every
	before, quiet := 0, 0
	for part := uint32(1); part <= parts; part++ {
		p.everywhere(func(l *loop) { // this loop's time passes
			now := l.now
			for move := moves * (part - 1) / parts; move < moves*part/parts; move++ {
				l.now = l.hand.moved + every
				l.age()
			}
			l.hand.moved, l.now = now, now
		})
		now := ended()
		if most := places/parts + 2*len(p.loops); now-before > most {
			t.Errorf("%d left in one of %d parts of the time, expected at most %d", now-before, parts, most)
		}
		if now == before {
			quiet++
		}
		before = now
	}
	// Two descriptors for each of them in this process, of a table that may be
	// twice as long.
	if quiet > parts/2 {
		t.Errorf("nobody left in %d of %d parts of the time", quiet, parts)
	}
	if before != watchers {
		t.Errorf("%d of %d have left after one round", before, watchers)
	}
}

// TestAHandStandsStill where nobody watches: that time is not made up for at the
// cost of those who come then.
func TestAHandStandsStill(t *testing.T) {
	p, err := NewEpoll(Options{SendTimeout: time.Hour, MaxAge: 1000 * time.Hour}, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	p.everywhere(func(l *loop) {
		l.places.grow(5000)
		if n := l.untilAging(); n >= 0 {
			t.Errorf("it wakes after %d ticks for nobody", n)
		}
		l.watched[new(Stream)] = nil // somebody comes
		defer clear(l.watched)
		at := l.hand.at % 5120
		l.now += p.maxAge
		l.age()
		l.now = l.hand.moved - p.maxAge
		l.hand.moved = l.now
		if way := (l.hand.at + 5120 - at) % 5120; way > 4*5120/handMoves+4 {
			t.Errorf("after a long sleep it has gone over %d places", way)
		}
		if n := l.untilAging(); n < 1 {
			t.Errorf("with somebody it wakes after %d ticks", n)
		}
	})
}

// TestLotsAreFair: each of a crowd has the same chance to be drawn, and exactly
// as many as wanted are.
func TestLotsAreFair(t *testing.T) {
	const crowd, wanted, draws = 50, 20, 2000
	var drawn [crowd]int
	seed := uint32(1)
	random := func(n int) int { // a plain generator: the same each time
		seed = seed*1664525 + 1013904223
		return int(uint64(seed) * uint64(n) >> 32)
	}
	for range draws {
		l, all := lot{crowd, wanted}, 0
		for i := range crowd {
			if l.draws(random) {
				drawn[i]++
				all++
			}
		}
		if all != wanted {
			t.Fatalf("%d were drawn, want %d", all, wanted)
		}
	}
	for i, n := range drawn {
		if n < 700 || n > 900 { // 800, and 22 to either side in two of three cases
			t.Errorf("number %d was drawn %d times of %d", i, n, draws)
		}
	}
}

// TestQuotas: a share is the share of the whole, however the crowd is cut.
func TestQuotas(t *testing.T) {
	for percent := 1; percent <= 100; percent++ {
		for size := 1; size < 40; size++ {
			q := quota{percent: percent}
			for whole := 0; whole < 200; whole += size {
				if some := q.of(size); some < 0 || some > size {
					t.Fatalf("%d%%: %d of %d", percent, some, size)
				}
			}
			if want := (q.seen*percent + 99) / 100; q.taken != want {
				t.Fatalf("%d%% of %d in pieces of %d: %d, want %d", percent, q.seen, size, q.taken, want)
			}
		}
	}
}
