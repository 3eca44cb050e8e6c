package crowd

import (
	"net/netip"
	"strconv"
	"syscall"

	"matchstream/internal/lab"
	"matchstream/internal/lab/blame"
	"matchstream/internal/poll"
)

// sampled is of how many connections one is stamped by the kernel.
const sampled = 64

// number of a watcher in the whole crowd.
func (l *loop) number(w *watcher) int { return l.plan.First + int(w.index) }

// begin has a watcher come, or come back.
func (l *loop) begin(w *watcher) {
	w.began = int64(now(l))
	w.step = 0
	if l.plan.API && !w.has(told) {
		l.dial(w, l.calls.server)
		return
	}
	l.watch(w)
}

func now(l *loop) int64 { n, _ := l.clock(); return n }

// watch has a watcher go where he is to watch.
func (l *loop) watch(w *watcher) {
	w.flags |= told
	switch {
	case w.via != viaTCP:
		w.target = uint16(l.calls.server)
	case len(l.calls.lines) > 0:
		// Back to where he was, and to others where that does not work.
		w.target = uint16(l.calls.lines[(l.number(w)+max(0, int(w.tries)-1))%len(l.calls.lines)])
	case l.calls.refusal == lab.OwnFailure:
		l.own(w, lab.OwnFailure, l.calls.refusalText)
		l.depart(w, failed)
		return
	case l.calls.refusal != "":
		l.to(w, dialing)
		l.notThere(w, l.calls.refusal, "%s", l.calls.refusalText)
		return
	}
	l.dial(w, int(w.target))
}

// dial begins a connection.
func (l *loop) dial(w *watcher, to int) {
	w.flags &^= patient | choked | heard | closed | inside | chunked | hinted | opened | stamped
	w.code = 0
	w.life++
	l.to(w, dialing)
	w.dialed = now(l)
	fd, errno := l.call(w, l.calls.targets[to].addr)
	if errno == 0 {
		w.fd = fd
		errno = asErrno(l.poller.AddDialed(fd, w.key()))
	}
	if errno != 0 {
		l.noConnection(w, errno)
		return
	}
	l.lookAt(w, l.plan.Patience)
}

// call calls from the addresses that there are, and from more where they run out.
func (l *loop) call(w *watcher, to netip.AddrPort) (fd int32, errno syscall.Errno) {
	d := poll.Dialed{}
	if w.does == slow {
		d.ReceiveBuffer = slowBuffer
	}
	for try := 0; ; try++ {
		d.From = l.sources.of(l.number(w) + try)
		fd, errno = poll.Dial(to, d)
		if errno != syscall.EADDRNOTAVAIL || !l.sources.more(try, to.Addr()) {
			return fd, errno
		}
	}
}

// asErrno is what the kernel has said.
func asErrno(err error) syscall.Errno {
	if err == nil {
		return 0
	}
	if errno, ok := err.(syscall.Errno); ok {
		return errno
	}
	return syscall.EINVAL
}

// noConnection is a connection that could not be made: through the service, or us.
func (l *loop) noConnection(w *watcher, errno syscall.Errno) {
	code := blame.Code(errno, blame.Calling)
	if blame.IsOwn(code) {
		l.own(w, code, errno.Error())
		l.depart(w, failed)
		return
	}
	l.notThere(w, code, "%v", errno)
}

// dialed is a connection that is there, or has failed.
func (l *loop) dialed(w *watcher) {
	if errno := poll.Connected(w.fd); errno != 0 {
		l.noConnection(w, errno)
		return
	}
	if w.does != stalls {
		l.sums.tally.Connect.Record(since(now(l), w.dialed))
	}
	if w.index%sampled == 0 && poll.Stamp(w.fd) == 0 {
		w.flags |= stamped
	}
	if !w.has(told) {
		l.ask(w)
		return
	}
	l.greet(w)
}

// position is what a watcher comes back with.
func (l *loop) position(w *watcher) string {
	if !w.has(resume) || w.epoch == 0 {
		return ""
	}
	return strconv.Itoa(int(w.last)) + "-" + l.parser.epochs[w.epoch]
}

// say sends the first words on a connection; false: it is lost.
func (l *loop) say(w *watcher, b []byte) bool {
	n, errno := poll.Send(w.fd, b)
	if errno != 0 {
		l.gone(w, errno)
		return false
	}
	if n < len(b) { // a fresh connection has room for this
		l.own(w, lab.OwnFailure, "a request did not go into the send buffer")
		l.depart(w, failed)
		return false
	}
	return true
}

// greet says whom a watcher wants to watch.
func (l *loop) greet(w *watcher) {
	p, number, since := &l.plan, l.number(w), l.position(w)
	t := &l.calls.targets[w.target]
	b := l.scratch[:0]
	switch w.via {
	case viaTCP:
		b = appendLine(b, p, number, since)
	case viaSSE:
		b = appendSSE(b, p, l.calls.path, t.host, number, since)
	case viaWS:
		b = appendWS(b, p, l.calls.path, t.host, number, since)
	}
	l.scratch = b
	if !l.say(w, b) {
		return
	}
	if w.via != viaTCP {
		l.to(w, greeting)
		l.lookAt(w, l.plan.Patience)
		return
	}
	l.enter(w)
}

// enter has a watcher wait for the status; who comes back needs none, and another
// service may have none.
func (l *loop) enter(w *watcher) {
	l.to(w, entering)
	l.lookAt(w, l.plan.Patience)
	switch {
	case w.has(resume) && w.epoch != 0:
		w.flags |= resumes
		l.ready(w)
	case l.plan.Service != nil && l.plan.Service.Ready == "":
		l.ready(w)
	}
}
