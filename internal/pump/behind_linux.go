package pump

import (
	"sync/atomic"
	"time"

	"matchstream/internal/feed"
)

// behind is what a loop knows of those who take nothing. It costs a delivery
// nothing: who has no room is noted when his socket says so (block), and
// looked at when somebody asks. Only the loop touches the first of it.
type behind struct {
	keys   []uint64
	next   int          // to be looked at first
	some   atomic.Int32 // how many are noted
	asked  atomic.Bool  // a look is on its way
	latest atomic.Pointer[Straggler]
}

// looksAtOnce are how many are looked at when somebody asks: a tenth of a
// millisecond. Of more, each has his turn at one of the next times.
const looksAtOnce = 1024

// notedMost are noted by one loop, should nobody ask: half a megabyte.
const notedMost = 1 << 16

// fall notes that a watcher has no room; once.
func (l *loop) fall(c *conn) {
	if c.state == watching && c.notes&noted == 0 && len(l.behind.keys) < notedMost {
		c.notes |= noted
		l.behind.keys = append(l.behind.keys, l.key(c))
		l.behind.some.Store(int32(len(l.behind.keys)))
	}
}

// lookBehind finds the slowest among those who were noted, and forgets who
// takes bytes again, or is gone. each is told of every one who is looked at; nil:
// nobody is told.
func (l *loop) lookBehind(each func(*Stream, Straggler)) (worst Straggler) {
	b := &l.behind
	for range min(len(b.keys), looksAtOnce) {
		b.next %= len(b.keys)
		c := l.find(b.keys[b.next])
		if c == nil || c.state != watching || c.busy&full == 0 {
			if c != nil {
				c.notes &^= noted
			}
			last := len(b.keys) - 1
			b.keys[b.next] = b.keys[last]
			b.keys = b.keys[:last]
			if last == 0 {
				break
			}
			continue
		}
		b.next++
		s := l.standing(c)
		if worst.before(s) {
			worst = s
		}
		if each != nil {
			each(l.groupOf(c).stream, s)
		}
	}
	if len(b.keys) == 0 {
		b.keys = nil // a crowd that was slow once is not remembered
	}
	b.some.Store(int32(len(b.keys)))
	b.latest.Store(&worst)
	return worst
}

// standing is where one stands who has no room.
func (l *loop) standing(c *conn) Straggler {
	v, at := l.groupOf(c).stream.Lane.View(), feed.Cursor{Offset: c.offset}
	return Straggler{Events: v.Behind(at), Bytes: v.After(at), Still: time.Duration(l.now-c.progress) * l.pump.tick}
}

// Slowest is the watcher who stood farthest behind when somebody asked last;
// the loops look again meanwhile, but for those in which nobody is slow, which
// are not even woken. Any goroutine, about once a second.
func (p *Epoll) Slowest() (worst Straggler) {
	for _, l := range p.loops {
		if s := l.behind.latest.Load(); s != nil && worst.before(*s) {
			worst = *s
		}
		if l.behind.some.Load() > 0 && !l.behind.asked.Swap(true) {
			l.post(func() {
				l.behind.asked.Store(false)
				l.lookBehind(nil)
			})
		}
	}
	return worst
}
