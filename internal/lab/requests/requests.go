// Package requests is a load of HTTP requests, in an open model: users are due at
// their times whatever becomes of those before them.
//
// # The way of a user
//
//	dispatch   waits until he is due, and gives him to a connection   (schedule.go)
//	           that is free; while all are busy he waits, and his
//	           wait counts
//	visit      makes his requests, one behind the other, on a         (user.go)
//	           connection of his own; one that was kept and that the
//	           server has closed meanwhile is made anew, once
//	dial       connects; on loopback from another address when        (dial.go)
//	           the ports of one are used up
//	exchange   sends the bytes of a request, which were made once,    (exchange.go)
//	           and reads the answer to its end
//	verdict    what an error is called, and whose it is (lab/blame)   (verdict.go)
//	tally      counts                                                 (tally.go)
//
// # Why not net/http's client
//
// The lab shares its machine with the server, so what it costs itself is taken from
// what it measures. http.Transport has two goroutines for each connection, a pool that
// all ask, and hands each answer over a channel; a user who comes once has nothing of
// that. Here a user is one goroutine over one connection. What is hard, the form of an
// answer, is still the library's: http.ReadResponse reads it. BenchmarkUser shows both
// side by side; of what the client alone costs it is half the CPU.
package requests

import (
	"context"
	"crypto/tls"
	"sync"
	"time"

	"matchstream/internal/lab"
)

// patience is how long an answer, with the connection that it needs, may take if a load
// does not say.
const patience = 10 * time.Second

// run is one load while it runs.
type run struct {
	lab.Load
	requests []request
	dialer   dialer
	tls      *tls.Config // nil: http
	tally    *tally
	waiting  func(ctx context.Context, until time.Time) // until or later; a test may be late on purpose
}

// Run makes a load. progress, unless nil, is told once a second how it stands, by one
// goroutine, and the answers are its own; it is not called again once Run has returned.
//
// The error is one of the load or of the lab: nothing was asked then. When ctx ends, so
// does the load, without an error: what was answered is kept, and requests that were
// under way count nowhere.
func Run(ctx context.Context, load lab.Load, progress func(*lab.Answers)) (*lab.Answers, error) {
	r, err := prepare(ctx, load)
	if err != nil {
		return nil, err
	}
	return r.carry(ctx, progress), nil
}

// carry makes the requests of a load that was prepared.
func (r *run) carry(ctx context.Context, progress func(*lab.Answers)) *lab.Answers {
	r.tally.begin()
	ended := make(chan struct{})
	var reporter sync.WaitGroup
	if progress != nil {
		reporter.Go(func() { r.report(progress, ended) })
	}
	r.dispatch(ctx)
	close(ended)
	reporter.Wait()
	return r.tally.answers()
}

// report tells how it stands, until the load has ended.
func (r *run) report(progress func(*lab.Answers), ended <-chan struct{}) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			progress(r.tally.answers())
		case <-ended:
			return
		}
	}
}
