package edge

import (
	"context"
	"errors"
	"strings"
	"time"

	"matchstream/internal/client"
	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/store/chain"
)

// journal is a match that is followed: its records so far, and the goroutine
// that goes on. All fields below the line are guarded by Store.mu.
type journal struct {
	store  *Store
	key    store.Key
	ctx    context.Context
	cancel context.CancelFunc
	wake   chan struct{} // holds a token when there may be more of a match that was over

	// ----
	records []store.Record
	head    chain.Head
	extra   map[int64]match.Kind // of the events of an x- kind
	needed  int64                // records that there have to be, as the list tells
	over    bool                 // as the list tells

	target     int64 // records that the origin had when it was asked
	asked      bool  // it was
	whole      bool  // all of them have been there
	revision   int   // that the description is of
	describing bool
	cause      error // why it is not whole
	read       time.Time
	changed    chan struct{} // closed, and made anew, with each change
}

func (j *journal) number() int64 { return int64(len(j.records)) }

// ready says whether there is all that can be asked for.
func (j *journal) ready() bool { return j.whole && j.number() >= j.needed }

// stop ends the following, and the waiting of those who read. Called with
// Store.mu held.
func (j *journal) stop() {
	j.cancel()
	j.tell()
}

func (j *journal) tell() {
	close(j.changed)
	j.changed = make(chan struct{})
}

// toldOf takes what the list says. Called with Store.mu held.
func (j *journal) toldOf(t live.Told) {
	j.over, j.needed = t.Period == match.Ended, 0
	if j.over {
		j.needed = t.Last
	}
	if !j.over || j.needed > j.number() {
		select {
		case j.wake <- struct{}{}:
		default:
		}
	}
	if j.asked && t.Info.Revision != j.revision && !j.describing {
		j.describing = true
		j.store.done.Go(j.describeAgain)
	}
}

// follow the match until it is let go of, or gone.
func (j *journal) follow() {
	wait := client.NewBackoff()
	for j.ctx.Err() == nil {
		before := j.length()
		err := j.once()
		if j.length() > before {
			wait = client.NewBackoff()
		}
		switch {
		case j.ctx.Err() != nil:
			return
		case errors.Is(err, errGone):
			j.store.remove(j.key)
			return
		case errors.Is(err, errOver):
			wait = client.NewBackoff()
			if !j.isWhole() {
				break
			}
			select {
			case <-j.wake:
			case <-j.ctx.Done():
				return
			}
			continue
		case errors.Is(err, errAnew):
			continue
		case errors.Is(err, errStranger):
			j.store.lookAgain()
		}
		j.fails(err)
		if (client.RealClock{}).Until(j.ctx, time.Now().Add(wait.Next(askedFor(err)))) != nil {
			return
		}
	}
}

// fails notes why there is no more, for those who wait.
func (j *journal) fails(err error) {
	j.store.mu.Lock()
	defer j.store.mu.Unlock()
	j.cause = err
}

func (j *journal) length() int64 {
	j.store.mu.Lock()
	defer j.store.mu.Unlock()
	return j.number()
}

func (j *journal) isWhole() bool {
	j.store.mu.Lock()
	defer j.store.mu.Unlock()
	return j.whole
}

// add an event, which has to be the next.
func (j *journal) add(e match.Event) error {
	s := j.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.journals[j.key] != j {
		return context.Canceled
	}
	data, head, err := live.EventRecord(j.key, j.head, e, s.mu.told[j.key.Match].Info.Revision)
	if err != nil {
		return err
	}
	s.mu.last++
	r := store.Record{Key: j.key, Number: e.ID, Mark: s.mu.last, Data: data}
	j.records, j.head = append(j.records, r), head
	if strings.HasPrefix(string(e.Kind), "x-") {
		j.extra[e.ID] = e.Kind
	}
	s.mu.records.tell(r)
	j.reached()
	return nil
}

// reached looks whether all is there. Called with Store.mu held.
func (j *journal) reached() {
	if j.asked && j.target > 0 && j.number() >= j.target {
		j.whole = true
	}
	j.tell()
}

// begins notes when a match without events was made: then all is there.
func (j *journal) begins(created int64) {
	j.store.amend(j, func(t live.Told) live.Told {
		t.Info.Created = max(created, 1)
		return t
	})
	j.store.mu.Lock()
	defer j.store.mu.Unlock()
	j.whole = true
	j.tell()
}

// kindOf an earlier event, as far as wire.ReadEvent has to know it.
func (j *journal) kindOf(id int64) match.Kind {
	j.store.mu.Lock()
	defer j.store.mu.Unlock()
	return j.extra[id]
}
