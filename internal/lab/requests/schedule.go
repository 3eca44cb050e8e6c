package requests

import (
	"context"
	"sync"
	"time"
)

// turn is a user whose time has come.
type turn struct {
	user int
	due  time.Time

	// since when nothing but the lab itself has kept him from a connection that is
	// free; zero: he had to wait for one.
	since time.Time
}

// dispatch has every user come when he is due, and returns when all have gone. It owns
// the connections' goroutines: each waits for turns, and stops when there are no more.
// There are as many as were ever needed at once, AtOnce at most.
func (r *run) dispatch(ctx context.Context) {
	var (
		turns = make(chan turn)
		works sync.WaitGroup
		there int
		began = time.Now()
		free  = began // the time from which on the next user could be given to somebody
	)
	defer works.Wait()
	defer close(turns)
	for k := range r.Users {
		t := turn{user: k, due: began.Add(time.Duration(float64(r.Over) / float64(r.Users) * float64(k)))}
		r.waiting(ctx, t.due)
		if ctx.Err() != nil {
			return
		}
		t.since = latest(t.due, free)
		select {
		case turns <- t:
			continue
		default:
		}
		if there < r.AtOnce {
			there++
			works.Go(func() { r.work(ctx, t, turns) })
			continue
		}
		t.since = time.Time{}
		select {
		case turns <- t:
			free = time.Now()
		case <-ctx.Done():
			return
		}
	}
}

// work serves turns, one user after the other.
func (r *run) work(ctx context.Context, t turn, turns <-chan turn) {
	v := visit{run: r}
	for ok := true; ok && ctx.Err() == nil; t, ok = <-turns {
		if !t.since.IsZero() {
			r.tally.late(time.Since(t.since))
		}
		v.user(ctx, t)
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// coarse is what Go's timers may be late by: where a thread sleeps until something is
// there to read or a timer is due, the kernel is told whole milliseconds.
const coarse = 2 * time.Millisecond

// wait waits until a time, or until ctx ends. The last of it is slept by the thread, to
// some 60 µs; else latencies, which count from when a user was due, would be longer by
// a millisecond of the lab's own.
func wait(ctx context.Context, until time.Time) {
	if d := time.Until(until); d > coarse {
		timer := time.NewTimer(d - coarse)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
	}
	if d := time.Until(until); d > 0 {
		sleep(d)
	}
}
