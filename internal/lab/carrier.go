package lab

import (
	"context"
	"errors"
	"time"
)

// Carrier carries crowds.
type Carrier interface {
	// Gather has a crowd come. The error is one of the lab itself: nobody came. ctx ends
	// the crowd at once.
	Gather(ctx context.Context, p Plan) (Crowd, error)
}

// ErrQuiet is why a part of a crowd is to leave when nothing has come to any part.
var ErrQuiet = errors.New("nothing comes any more")

// Crowd is users who watch. Its methods may be called by any goroutine.
type Crowd interface {
	// Settled is closed when everybody who was to come is ready, or has given up.
	Settled() <-chan struct{}

	// Tally is how it stands; it is the caller's own.
	Tally() *Tally

	// Finish waits until each reader has the event with mark last, or nothing has come
	// to anybody for quiet (with last 0: until the match has ended for all, or ctx ends); then all leave, and the tally
	// is final: with last, who does not have an event up to it has it Missing. It is
	// called once. Where ctx ends with the cause ErrQuiet, it is as if nothing had come for quiet.
	Finish(ctx context.Context, last int, quiet time.Duration) (*Tally, error)
}
