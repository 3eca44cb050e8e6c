package gate

import (
	"container/heap"
	"container/list"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"matchstream/internal/pump"
)

// Quiet are connections that nobody is serving: those that have not said what
// they want, and those of net/http between two requests. Each takes a
// descriptor, so when there is none left for somebody who comes, one of them is
// closed: of the address that has most of them, the one that has been quiet for
// longest. So whoever opens many gives up his own first, and who comes with a
// request is not in the way for long enough to be closed.
//
// Where the processor has too much to do, a request may lie in a socket for a
// while before it is read. So it is looked there first: who has said something
// since he began to be quiet has spoken, though nobody has heard it yet.
type Quiet struct {
	yielded atomic.Uint64
	mu      struct {
		sync.Mutex
		crowds map[netip.Addr]*crowd
		orders [pump.Few + 1]byCrowd // of the crowds of one, of two, and so on; of all larger ones
	}
}

// crowd is the quiet ones of one address.
type crowd struct {
	of    netip.Addr
	quiet list.List // of quietSince, the longest quiet first
	at    int       // in its order
}

type quietSince struct {
	*visit
	since time.Time
}

func (c *crowd) first() pump.Quiet {
	return pump.Quiet{Crowd: c.quiet.Len(), Since: c.quiet.Front().Value.(quietSince).since}
}

// add a connection, as the one that has been quiet for the shortest time; not
// one that has been taken over, whose handler has yet to return (Served).
func (q *Quiet) add(v *visit) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if v.taken.Load() || v.closed.Load() { // it would stay here for ever
		return
	}
	v.silent.Store(true)
	q.removeLocked(v)
	q.addLocked(v)
}

// speaks: it has begun to say what it wants. Until it is understood it stays
// here, but others go first. That is so once for each request: who drips does
// not stay for longer.
func (q *Quiet) speaks(v *visit) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.speaksLocked(v)
}

func (q *Quiet) speaksLocked(v *visit) {
	v.ahead = false
	if v.silent.Swap(false) && v.among != nil {
		q.removeLocked(v)
		q.addLocked(v)
	}
}

// comesFrom somewhere else than it was thought: it goes on counting for that
// address.
func (q *Quiet) comesFrom(v *visit, from netip.Addr) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if v.among == nil {
		v.from = from
		return
	}
	q.removeLocked(v)
	v.from = from
	q.addLocked(v)
}

// remove a connection that is being served, or gone.
func (q *Quiet) remove(v *visit) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.removeLocked(v)
}

func (q *Quiet) addLocked(v *visit) {
	c := q.mu.crowds[v.from]
	if c == nil {
		if q.mu.crowds == nil {
			q.mu.crowds = make(map[netip.Addr]*crowd)
		}
		c = &crowd{of: v.from}
		q.mu.crowds[v.from] = c
	}
	q.changeLocked(c, func() { v.among = c.quiet.PushBack(quietSince{v, time.Now()}) })
}

func (q *Quiet) removeLocked(v *visit) {
	if v.among == nil {
		return
	}
	c := q.mu.crowds[v.from]
	q.changeLocked(c, func() { c.quiet.Remove(v.among) })
	if v.among = nil; c.quiet.Len() == 0 {
		delete(q.mu.crowds, c.of)
	}
}

// changeLocked changes a crowd, and with it its place in the orders.
func (q *Quiet) changeLocked(c *crowd, change func()) {
	if n := c.quiet.Len(); n > 0 {
		heap.Remove(q.order(n), c.at)
	}
	change()
	if n := c.quiet.Len(); n > 0 {
		heap.Push(q.order(n), c)
	}
}

// order of the crowds of n.
func (q *Quiet) order(n int) *byCrowd { return &q.mu.orders[min(n, pump.Few+1)-1] }

// byCrowd is a heap: the crowd of which one has to go next is on top.
type byCrowd []*crowd

func (o byCrowd) Len() int           { return len(o) }
func (o byCrowd) Less(i, j int) bool { return o[i].first().Before(o[j].first()) }
func (o byCrowd) Swap(i, j int) {
	o[i], o[j] = o[j], o[i]
	o[i].at, o[j].at = i, j
}

func (o *byCrowd) Push(c any) {
	c.(*crowd).at = len(*o)
	*o = append(*o, c.(*crowd))
}

func (o *byCrowd) Pop() any {
	last := len(*o) - 1
	c := (*o)[last]
	(*o)[last] = nil
	*o = (*o)[:last]
	return c
}
