package operator

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"matchstream/internal/client"
	"matchstream/internal/lab"
)

// DefaultPatience is for how long one try of a request is waited for, DefaultGiveUp for
// how long an event is tried again.
const (
	DefaultPatience = 10 * time.Second
	DefaultGiveUp   = 30 * time.Second
)

// Timing is what all operators have in common. The zero value is usable.
type Timing struct {
	Size     int           // bytes of each event's text, its mark among them; 0: the mark alone
	Patience time.Duration // 0: DefaultPatience
	GiveUp   time.Duration // 0: DefaultGiveUp
	Clock    client.Clock  // nil: the real one
}

// player plays; post makes one event happen. One goroutine.
type player struct {
	Timing
	post func(ctx context.Context, number int, mark, pad string) (again bool, err error)
}

func newPlayer(t Timing) player {
	if t.Patience == 0 {
		t.Patience = DefaultPatience
	}
	if t.GiveUp == 0 {
		t.GiveUp = DefaultGiveUp
	}
	if t.Clock == nil {
		t.Clock = client.RealClock{}
	}
	return player{Timing: t}
}

// Play is Operator's.
func (p *player) Play(ctx context.Context, first, count int, every time.Duration) *Played {
	out := newPlayed()
	out.Began = p.Clock.Now()
	free := out.Began // since when nothing is in the way of the next
	for i := range count {
		due := out.Began.Add(time.Duration(i) * every)
		if out.Err = p.Clock.Until(ctx, due); out.Err != nil {
			return out
		}
		sent := p.Clock.Now()
		out.Behind.Record(sent.Sub(due))
		if free.Before(due) {
			free = due
		}
		out.Timers.Record(sent.Sub(free))
		if err := p.insist(ctx, first+i, due, out); err != nil {
			out.Err = fmt.Errorf("event %d: %w", first+i, err)
			return out
		}
		free = p.Clock.Now()
		out.Answer.Record(free.Sub(sent))
		out.Sent++
		out.Took = free.Sub(out.Began)
	}
	return out
}

// insist makes an event happen, however often that has to be tried.
func (p *player) insist(ctx context.Context, number int, due time.Time, out *Played) error {
	mark := string(lab.AppendMark(nil, number, due))
	pad := strings.Repeat(".", max(0, p.Size-len(mark)))
	until, wait := p.Clock.Now().Add(p.GiveUp), client.NewBackoff()
	for {
		again, err := p.try(ctx, func(ctx context.Context) (bool, error) { return p.post(ctx, number, mark, pad) })
		out.Tries++
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		}
		out.count(err)
		next := p.Clock.Now().Add(wait.Next(0))
		switch {
		case !again:
			return err
		case next.After(until):
			return fmt.Errorf("gave up after %v: %w", p.GiveUp, err)
		}
		if err := p.Clock.Until(ctx, next); err != nil {
			return err
		}
	}
}

// errPatience: an answer has not come in time.
var errPatience = errors.New("no answer")

// try makes a request, and waits for its answer as long as patience lasts.
func (p *player) try(ctx context.Context, request func(context.Context) (bool, error)) (again bool, err error) {
	limited, cancel := context.WithTimeoutCause(ctx, p.Patience, errPatience)
	defer cancel()
	again, err = request(limited)
	if err != nil && ctx.Err() == nil && errors.Is(context.Cause(limited), errPatience) {
		err = fmt.Errorf("%w within %v", errPatience, p.Patience)
	}
	return again, err
}
