// Package canary measures what a person would feel while a crowd is there: one user,
// with connections of his own.
//
// Four goroutines, each of which ends with Finish or with the context:
//
//	ask    every 250 ms the requests that an app makes when it is opened, one behind
//	       the other; what is felt counts from when they were due to the last answer
//	join   each second a new watch: from connect to the status
//	watch  stays with the match: from when an event was due until it is read
//	beat   a timer every 10 ms, which does nothing: how late it is, is how late the
//	       canary itself was. Of each wait as much is the canary's own as the worst
//	       beat meanwhile was late; what is left of it is counted apart (least)
//
// What fails counts as an error, and as felt for as long as it took.
package canary

import (
	"context"
	"net/http"
	"sync"
	"time"

	"matchstream/internal/lab"
)

// Options are what a canary does. Plan is the crowd's, of which the canary is none.
type Options struct {
	Plan     lab.Plan      // Server, Lines, Match, Service, Patience, First and Users are looked at
	Via      lab.Protocol  // how it watches; "": not at all
	Requests []lab.Request // that it makes; none: it makes none
	Every    time.Duration // between the requests; 0: 250 ms
	Join     time.Duration // between joins; 0: 1 s
}

const beatEvery = 10 * time.Millisecond

// Canary is one that sings.
type Canary struct {
	o    Options
	http *http.Client
	kept *kept // of http
	stop context.CancelFunc
	all  sync.WaitGroup

	ctx             context.Context // until Finish
	joining, asking sync.Mutex      // one at a time: it is one user
	left            time.Time       // when it has left after a join; joining
	watching        first           // it has a place, or was refused one
	joined          first           // likewise of a join
	asked           time.Time       // when the last answer had come; asking

	mu struct {
		sync.Mutex
		felt   Felt
		worst  time.Duration // since it was asked for
		last   int           // number of the last event read
		came   chan struct{} // closed and made anew when an event was read
		stalls stalls        // of the canary itself
		beat   time.Time     // the next is due
	}
}

// Start has a canary sing until Finish, or until ctx ends.
func Start(ctx context.Context, o Options) *Canary {
	if o.Every == 0 {
		o.Every = 250 * time.Millisecond
	}
	if o.Join == 0 {
		o.Join = time.Second
	}
	if o.Plan.Patience == 0 {
		o.Plan.Patience = 10 * time.Second
	}
	c := &Canary{o: o, kept: &kept{Transport: http.Transport{MaxIdleConnsPerHost: 1, DialContext: dial}}}
	c.http = &http.Client{Transport: c.kept}
	c.mu.felt, c.mu.came = newFelt(), make(chan struct{})
	c.watching.done, c.joined.done = make(chan struct{}), make(chan struct{})
	ctx, c.stop = context.WithCancel(ctx)
	c.ctx = ctx
	c.all.Go(func() { c.beat(ctx) })
	if len(o.Requests) > 0 {
		c.all.Go(func() { each(ctx, o.Every, c.ask) })
	}
	if o.Via != "" {
		c.all.Go(func() { each(ctx, o.Join, c.join) })
		c.all.Go(func() { c.watch(ctx) })
	}
	return c
}

// first is a thing that is waited for when it is done for the first time.
type first struct {
	once sync.Once
	done chan struct{}
}

func (f *first) is() { f.once.Do(func() { close(f.done) }) }

// Settle returns when the canary watches and has joined once, or could not, or when ctx
// ends: whoever comes then finds it there, with one place for ever and one now and then.
func (c *Canary) Settle(ctx context.Context) {
	if c.o.Via == "" {
		return
	}
	for _, f := range []*first{&c.watching, &c.joined} {
		select {
		case <-f.done:
		case <-c.ctx.Done():
		case <-ctx.Done():
		}
	}
}

// Sing has it do all that it does now and then once more, now: however short a time is,
// it has been felt. It returns when that is done.
func (c *Canary) Sing() {
	var both sync.WaitGroup
	due := time.Now()
	if len(c.o.Requests) > 0 {
		both.Go(func() { c.ask(c.ctx, due) })
	}
	if c.o.Via != "" {
		both.Go(func() { c.join(c.ctx, due) })
	}
	both.Wait()
}

// Finish waits until the event with mark last was read (0: for nothing), or for at most
// so long, ends it all, and says what was felt. It is called once.
func (c *Canary) Finish(ctx context.Context, last int, most time.Duration) Felt {
	timer := time.NewTimer(most)
	defer timer.Stop()
	for waiting := c.o.Via != "" && last > 0; waiting; {
		c.mu.Lock()
		came := c.mu.came
		waiting = c.mu.last < last
		c.mu.Unlock()
		if !waiting {
			break
		}
		select {
		case <-came:
		case <-timer.C:
			waiting = false
		case <-ctx.Done():
			waiting = false
		}
	}
	c.stop()
	c.all.Wait()
	c.http.CloseIdleConnections()
	felt := c.mu.felt
	felt.Repeated = c.kept.repeated.Load()
	if c.o.Via != "" && felt.Events < int64(last) {
		felt.Errors[lab.Missing] += int64(last) - felt.Events
		felt.find(lab.Missing, string(c.o.Via), "the canary has read fewer events than were sent")
	}
	return felt
}
