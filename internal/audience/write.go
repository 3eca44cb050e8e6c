package audience

import (
	"context"
	"time"
)

const (
	// matchesAfter is how long after it has changed a match is written, so at
	// most that often.
	matchesAfter = 10 * time.Second
	// shardsAfter is the same of a shard of the users, which is larger. Of a
	// million users, all coming and going, 4 shards a second are written, of
	// some 40 kB each.
	shardsAfter = time.Minute
	// resting is how many times its own duration the pause behind a write is:
	// then no more than a fifth of the disk's time is taken from operators.
	resting = 4
	// longestRest bounds that.
	longestRest = 5 * time.Second
	// storing is how long the store may take for one write, reads included.
	storing = 5 * time.Second
	// closing is how long Close may write.
	closing = 5 * time.Second
)

// write is the goroutine that reads the users, and then writes what is due,
// one at a time.
func (l *Ledger) write() {
	l.loadUsers()
	close(l.loaded)
	failing := false
	for {
		q, wait := l.first()
		if wait > 0 {
			timer := time.NewTimer(wait)
			select {
			case <-timer.C:
			case <-l.wake:
			case <-l.run.Done():
			}
			timer.Stop()
		}
		if l.run.Err() != nil {
			return
		}
		if wait > 0 {
			continue
		}
		began := time.Now()
		err := l.writeOne(q.pop())
		if err != nil && !failing {
			l.log.Warn("audience and visits cannot be written; they are counted on in memory, and written once it is possible", "cause", err)
		} else if err == nil && failing {
			l.log.Info("audience and visits are written again")
		}
		failing = err != nil
		select {
		case <-time.After(min(resting*time.Since(began), longestRest)):
		case <-l.run.Done():
			return
		}
	}
}

// first is the queue whose first is due first, and how long that is from now.
func (l *Ledger) first() (*queue, time.Duration) {
	const long = time.Hour // wake comes before
	matches, some := l.matches.due()
	shards, any := l.shards.due()
	switch {
	case some && (!any || matches.Before(shards)):
		return &l.matches, time.Until(matches)
	case any:
		return &l.shards, time.Until(shards)
	}
	return nil, long
}

// writeOne writes one; should that fail it is queued again.
func (l *Ledger) writeOne(p *pending) error {
	ctx, cancel := context.WithTimeout(l.life, storing)
	defer cancel()
	err := l.begins(ctx)
	if err == nil {
		err = p.what.write(ctx)
		l.ends()
	}
	if err != nil {
		p.what.again()
	}
	return err
}

// flush writes all that is left, until the ledger's life is over.
func (l *Ledger) flush() {
	if l.begins(l.life) != nil {
		return // somebody writes who does not come to an end
	}
	defer l.ends()
	lost, cause := 0, error(nil)
	for _, q := range []*queue{&l.matches, &l.shards} {
		for p := q.pop(); p != nil; p = q.pop() {
			ctx, cancel := context.WithTimeout(l.life, storing)
			if err := p.what.write(ctx); err != nil {
				lost, cause = lost+1, err
			}
			cancel()
		}
	}
	if lost > 0 {
		l.log.Error("what was counted last of the audience is lost: the store did not take it before the end", "values", lost, "cause", cause)
	}
}
