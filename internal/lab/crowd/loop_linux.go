package crowd

import (
	"context"
	"math/rand/v2"
	"sync"
	"syscall"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/poll"
)

const (
	bufferSize = 64 << 10
	// beat is how often the loop wakes to see whether it wakes in time.
	beat = 50 * time.Millisecond
	// dialsAtOnce is how many connections are begun before what came is read.
	dialsAtOnce = 16
)

// loop is the goroutine of a crowd. All but the mail is its own.
type loop struct {
	ctx      context.Context // of names that are looked up
	plan     lab.Plan
	parser   parser
	calls    calls
	sources  sources
	poller   *poll.Poller
	watchers []watcher // the users, then those who stall
	count    [stages]int
	newest   int32   // who comes next for the first time
	queue    []int32 // who is to come, when fewer are coming
	timers   timers
	pieces   pieces
	messages map[int32][]byte  // WebSocket: what came of messages in parts
	chunks   map[int32]*chunks // who gets a body in chunks
	buffer   []byte            // everything is read into it
	list     []byte            // the last right list of matches
	scratch  []byte            // requests are made in it, and chunks put together
	random   *rand.Rand        // of masks and waits, which nobody needs again

	begun time.Time // with its monotonic clock
	now   int64     // ns since then, when the loop woke
	wall  int64     // Unix µs at now, by the clock of the one who marks events
	beats int64     // when the next beat is due
	came  int64     // when the last frame came
	late  int64     // when a beat was last much too late

	sums      sums
	unsettled int
	settled   chan struct{}
	leave     *leave // how all are to leave, once they are
	over      bool
	final     *lab.Tally // when it is over
	err       error

	mail struct {
		sync.Mutex
		closed  bool
		letters []func()
	}
	ended chan struct{} // closed when the loop has ended: then its tally is anybody's
}

func newLoop(p lab.Plan, c calls, parse parser) (*loop, error) {
	poller, err := poll.NewSleeper()
	if err != nil {
		return nil, err
	}
	l := &loop{plan: p, parser: parse, calls: c, poller: poller, begun: time.Now(), late: -int64(behindFor),
		watchers: make([]watcher, p.Users+p.Stalled), messages: map[int32][]byte{}, chunks: map[int32]*chunks{},
		buffer: make([]byte, bufferSize), random: rand.New(rand.NewPCG(p.Seed, uint64(p.First))),
		settled: make(chan struct{}), ended: make(chan struct{})}
	l.sums.init()
	for i := range l.watchers {
		w := &l.watchers[i]
		w.index, w.fd, w.piece = int32(i), -1, noPiece
		w.does = does(&p, p.First+i)
		if i >= p.Users {
			w.does = stalls
		}
		w.via = map[lab.Protocol]uint8{lab.TCP: viaTCP, lab.SSE: viaSSE, lab.WebSocket: viaWS}[via(&p, p.First+i)]
	}
	l.count[unborn], l.unsettled = len(l.watchers), len(l.watchers)
	return l, nil
}

// run until all have left, or ctx ends.
func (l *loop) run(ctx context.Context) {
	defer close(l.ended)
	defer l.poller.Close()
	stop := context.AfterFunc(ctx, func() { l.post(func() { l.disperse(ctx.Err()) }) })
	defer stop()
	for !l.over {
		events, err := l.poller.Sleep(l.patience())
		if err != nil { // it cannot happen
			l.own(nil, lab.OwnFailure, err.Error())
			l.disperse(err)
		}
		l.look()
		l.beat()
		for i := range events {
			l.event(&events[i])
		}
		l.readMail()
		l.meet()
		l.arrive()
		l.mayLeave()
	}
	l.mail.Lock()
	l.mail.closed = true
	l.mail.Unlock()
	l.readMail()
}

// look at the clocks.
func (l *loop) look() {
	now := time.Now()
	l.now = int64(now.Sub(l.begun))
	l.wall = now.UnixMicro() - l.plan.Ahead.Microseconds()
}

// clock is the time now: ns since the beginning, and the wall's µs.
func (l *loop) clock() (now, wall int64) {
	now = int64(time.Since(l.begun))
	return now, l.wall + (now-l.now)/1000
}

// patience is how long the loop may park.
func (l *loop) patience() time.Duration {
	at := l.beats
	if a, ok := l.timers.next(); ok {
		at = min(at, a.at)
	}
	if l.mayCome() {
		switch {
		case len(l.queue) > 0:
			return 0
		case l.more():
			at = min(at, l.arrivesAt(l.newest))
		}
	}
	return max(0, time.Duration(at-int64(time.Since(l.begun))))
}

// post has f run by the loop; false if it runs no more.
func (l *loop) post(f func()) bool {
	l.mail.Lock()
	if l.mail.closed {
		l.mail.Unlock()
		return false
	}
	l.mail.letters = append(l.mail.letters, f)
	l.mail.Unlock()
	l.poller.Wake()
	return true
}

func (l *loop) readMail() {
	l.mail.Lock()
	letters := l.mail.letters
	l.mail.letters = nil
	l.mail.Unlock()
	for _, f := range letters {
		f()
	}
}

// to moves a watcher to another stage.
func (l *loop) to(w *watcher, s stage) {
	l.count[w.stage]--
	l.count[s]++
	w.stage = s
	if (s == watching || s == stalled || s == failed) && !w.has(settled) {
		w.flags |= settled
		if l.unsettled--; l.unsettled == 0 {
			l.settle()
		}
	}
}

// behind says whether the loop was late itself just now, so that what a service did to
// a watcher who seemed slow is no wonder.
func (l *loop) behind() bool { return l.now-l.late < int64(behindFor) }

const (
	// behindFor is how long it is remembered that the loop was late.
	behindFor = 30 * time.Second
	// tooLate is how late it must have been.
	tooLate = time.Second
)

func again(errno syscall.Errno) bool { return errno == syscall.EAGAIN || errno == syscall.EINTR }

// since is the time from a to b, both ns since the beginning.
func since(b, a int64) time.Duration { return time.Duration(b - a) }
