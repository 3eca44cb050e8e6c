// Package operator is who makes things happen in a test: it plays a match on a
// MatchStream, or publishes to another service, each event when it is due.
//
// # Due, sent, answered
//
// It is an open model: when an event is due depends on nothing but when the play began.
// Events go out in order, one when the one before it has been answered; so a server that
// answers slowly makes the next ones late, and since each carries when it was due
// (lab.Mark) that is counted as the server's, not hidden. How late the operator himself
// was, with nothing in his way, is told apart (Played.Timers).
//
// An event is repeated until it is stored, but only where that cannot make two of it; so
// of what was played nothing is missing unless the service has lost it.
package operator

import (
	"context"
	"time"

	"matchstream/internal/lab"
)

// Operator makes events happen in one match, or channel. Its methods are called by one
// goroutine at a time.
type Operator interface {
	// Match is what is to be watched: a match's id, or the channel as it was named.
	Match() string

	// Play makes count events with the marks first, first+1, … happen, the first now and
	// each every later than the one before it; 0: all are due now (a burst). It returns
	// when the last was answered, at the first that could not be made, or when ctx ends.
	Play(ctx context.Context, first, count int, every time.Duration) *Played

	// End ends the match, so that a MatchStream ends its streams; others know no end.
	End(ctx context.Context) error

	// Close takes away what was made for the test. Who still watches sees that.
	Close(ctx context.Context) error
}

// Played is what came of a play.
type Played struct {
	Sent   int              // events that were stored: those with the marks first to first+Sent-1
	Tries  int64            // requests, repeats among them
	Errors map[string]int64 // of requests, by code: those of lab, and status-503 …
	Own    map[string]int64 // likewise, the lab's own
	Answer *lab.Histogram   // of each event stored: from when it was sent to its answer
	Behind *lab.Histogram   // of each: from when it was due to when it was sent
	Timers *lab.Histogram   // of each: how much of that was the operator's own
	Began  time.Time        // when the first was due
	Took   time.Duration    // from then to the last answer
	Err    error            // why not all were made; nil: they were
}

func newPlayed() *Played {
	return &Played{
		Errors: map[string]int64{}, Own: map[string]int64{},
		Answer: lab.NewHistogram(), Behind: lab.NewHistogram(), Timers: lab.NewHistogram(),
	}
}

// Add adds what came of the next play of the same operator.
func (p *Played) Add(next *Played) {
	p.Sent += next.Sent
	p.Tries += next.Tries
	for code, n := range next.Errors {
		p.Errors[code] += n
	}
	for code, n := range next.Own {
		p.Own[code] += n
	}
	p.Answer.Add(next.Answer)
	p.Behind.Add(next.Behind)
	p.Timers.Add(next.Timers)
	if p.Began.IsZero() {
		p.Began = next.Began
	}
	p.Took = next.Began.Add(next.Took).Sub(p.Began)
	p.Err = next.Err
}
