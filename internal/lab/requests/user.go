package requests

import (
	"bufio"
	"context"
	"crypto/tls"
	"net"
	"time"

	"matchstream/internal/lab/blame"
)

// visit is what one goroutine needs for its users, one after the other.
type visit struct {
	run  *run
	conn net.Conn     // of the present user; nil: none now
	stop func() bool  // ends the watch over ctx
	from counted      // what comes over conn
	read bufio.Reader // over from
	body []byte       // of the last answer
	at   blame.At     // how far conn has come: Asking, or Heard once something was answered
}

// user makes all of his requests, one behind the other. The first is due when he is,
// the others when the one before was answered, or failed. On a failure he goes on with
// the next on a new connection, but for one of the lab's own, on which he goes. That the
// connection he has kept is closed is no failure where he can just ask again.
func (v *visit) user(ctx context.Context, t turn) {
	defer v.hangUp()
	due := t.due
	for i := range v.run.requests {
		r := &v.run.requests[i]
		before := v.from.n
		status, repeated, err := v.ask(ctx, r)
		if ctx.Err() != nil && err != nil {
			return
		}
		now := time.Now()
		own := v.run.tally.answer(outcome{user: t.user, request: r, status: status, err: err, repeated: repeated,
			latency: now.Sub(due), bytes: v.from.n - before, start: v.from.start})
		if own {
			return
		}
		due = now
	}
}

// ask makes one request, and makes it anew, once, as browsers do, where the connection
// that was kept turns out to be closed: on a new one, and what fails then has failed. A
// request that would do twice what it does is not repeated. Patience is with all of it.
func (v *visit) ask(ctx context.Context, r *request) (status int, repeated bool, err error) {
	until := time.Now().Add(v.run.Patience)
	status, err = v.try(ctx, r, until)
	if err != nil && ctx.Err() == nil && isStale(err) && r.Idempotent() {
		repeated = true
		status, err = v.try(ctx, r, until)
	}
	return status, repeated, err
}

// try makes one request, and its connection if there is none.
func (v *visit) try(ctx context.Context, r *request, until time.Time) (status int, err error) {
	v.from.start = v.from.start[:0]
	if v.conn == nil {
		if err := v.call(ctx, until); err != nil {
			return 0, err
		}
	} else {
		v.conn.SetDeadline(until)
	}
	status, closes, err := v.exchange(r)
	if err != nil || closes {
		v.hangUp()
	}
	return status, err
}

// call connects.
func (v *visit) call(ctx context.Context, until time.Time) error {
	c, err := v.run.dialer.dial(ctx, until)
	if err != nil {
		return &silentError{cause: err, at: blame.Calling}
	}
	c.SetDeadline(until)
	v.stop = context.AfterFunc(ctx, func() { c.Close() })
	v.conn, v.at = c, blame.Asking
	if v.run.tls != nil {
		t := tls.Client(c, v.run.tls)
		v.conn = t
		if err := t.Handshake(); err != nil {
			v.hangUp()
			return &silentError{cause: &handshakeError{err}, at: blame.Calling}
		}
	}
	v.from.conn = v.conn
	v.read.Reset(&v.from)
	return nil
}

func (v *visit) hangUp() {
	if v.conn != nil {
		v.stop()
		v.conn.Close()
		v.conn = nil
	}
}
