package client

import (
	"context"
	"time"
)

// Clock is the time that a client goes by. Its methods may be called by any
// goroutine.
type Clock interface {
	Now() time.Time
	// Until waits for the moment; nil once it is there, ctx's error if that
	// ends before. A moment that has passed is no wait.
	Until(ctx context.Context, moment time.Time) error
}

// RealClock is that of the system.
type RealClock struct{}

func (RealClock) Now() time.Time { return time.Now() }

func (RealClock) Until(ctx context.Context, moment time.Time) error {
	t := time.NewTimer(time.Until(moment))
	defer t.Stop()
	select {
	case <-t.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
