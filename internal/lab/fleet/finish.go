package fleet

import (
	"context"
	"fmt"
	"time"

	"matchstream/internal/lab"
)

// ages is longer than any crowd watches.
const ages = 1000 * time.Hour

// Finish as of a lab.Crowd. Whether nothing has come to anybody is looked at over all
// parts. All processes have ended when it returns. What a lost part has cost is in the
// tally, and no error.
func (c *Crowd) Finish(ctx context.Context, last int, quiet time.Duration) (*lab.Tally, error) {
	asked, cancel := context.WithCancel(context.Background())
	defer cancel()
	m := message{Kind: finish, Last: last, Quiet: quiet}
	alone := len(c.parts) == 1
	if !alone && last > 0 {
		m.Quiet = ages // it is for us to say when
	}
	finished := make(chan struct{})
	c.done.Go(func() {
		defer close(finished)
		together(c.parts, func(p *part) (message, error) {
			a, err := p.ask(asked, m)
			if a.Tally == nil {
				p.link.close() // nothing more can come of it
			}
			return a, err
		})
	})
	silent := false
	if alone || last == 0 {
		select {
		case <-finished:
		case <-ctx.Done():
		}
	} else {
		silent = c.untilQuiet(ctx, finished, quiet)
	}
	if !silent {
		quiet = 0
	}
	c.leave(finished, quiet)
	c.doubts()
	for _, p := range c.parts {
		if !p.isFinal() {
			p.link.close()
			<-p.lost
		}
	}
	all := c.merged()
	together(c.parts, func(p *part) (struct{}, error) { p.close(); return struct{}{}, nil })
	c.cancel()
	c.done.Wait()
	return all, nil
}

// untilQuiet waits until all parts have finished, nothing has come to anybody for quiet,
// or ctx ends; true: it was quiet.
func (c *Crowd) untilQuiet(ctx context.Context, finished <-chan struct{}, quiet time.Duration) bool {
	tick := time.NewTicker(min(max(quiet/8, 10*time.Millisecond), time.Second))
	defer tick.Stop()
	events, since := c.Tally().Events, time.Now()
	for time.Since(since) < quiet {
		select {
		case <-finished:
			return false
		case <-ctx.Done():
			return false
		case <-tick.C:
			if now := c.Tally().Events; now != events {
				events, since = now, time.Now()
			}
		}
	}
	return ctx.Err() == nil // a look may have taken longer than that, and it ended meanwhile
}

// leave has all leave who have not yet, and waits until they have. quiet is for how long
// nothing came, if that is why: then what is not there is missing.
func (c *Crowd) leave(finished <-chan struct{}, quiet time.Duration) {
	if closed(finished) {
		return
	}
	for _, p := range c.parts {
		p.link.send(message{Kind: leave, Quiet: quiet})
	}
	within := time.NewTimer(silence)
	defer within.Stop()
	select {
	case <-finished:
	case <-within.C:
	}
}

// doubts are noted where a clock has moved, or was not known well.
func (c *Crowd) doubts() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	together(c.parts, func(p *part) (struct{}, error) {
		if !p.remote {
			return struct{}{}, nil
		}
		now, err := p.compare(ctx)
		text := doubt(p.name, p.clock, now)
		if err != nil {
			text = fmt.Sprintf("latencies of %s: whether its clock has moved is not known: %v", p.name, err)
		}
		if text != "" {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.mu.last.Generator.CannotTell = append(p.mu.last.Generator.CannotTell, text)
		}
		return struct{}{}, nil
	})
}
