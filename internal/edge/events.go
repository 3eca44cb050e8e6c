package edge

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"matchstream/internal/client"
	"matchstream/internal/match"
	"matchstream/internal/wire"
)

// Why a match's stream ended.
var (
	errGone     = errors.New("the match was deleted")
	errAnew     = errors.New("to be asked for once more, at once")
	errStranger = errors.New("the origin has not this match, but none or another of that name")
	errFull     = errors.New("this edge follows as many matches as it may; its limit of descriptors sets how many (ulimit -n)")
	errShorter  = errors.New("the origin has fewer events of this match than it had")
)

// once follows the match's stream until it ends.
func (j *journal) once() error {
	s := j.store
	if !j.isWhole() {
		if err := j.describe(); err != nil {
			return err
		}
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	default:
		return errFull
	}
	b, err := s.origin.open(j.ctx, "/1/match/"+url.PathEscape(j.key.Match)+"/stream", j.behind(), func() {})
	if client.Is(err, http.StatusNotFound) {
		return fmt.Errorf("%w: %w", errStranger, err)
	}
	if err != nil {
		return err
	}
	defer b.close()
	opening := b.Retry
	for first := true; ; first = false {
		e, err := b.Read()
		if first {
			opening = b.Retry
		}
		switch {
		case err != nil && b.Retry != opening:
			return later{err, elsewhere(b.Retry)} // it drains, and says when to come back
		case err != nil:
			return err
		case e.Event == "gone":
			return errGone
		case e.Event == "status":
			err = j.status([]byte(e.Data))
		default:
			err = j.event([]byte(e.Data))
		}
		if err != nil {
			return err
		}
	}
}

// soonest is about how long an edge waits at most where a node drains.
const soonest = time.Second

// elsewhere is how long to wait where a node that drains has asked for so much. It
// spreads its watchers over its own time, half a minute perhaps; but a whole crowd
// hears nothing while an edge waits, and another node of the origin has room for one
// more at once. The edges still do not come all together.
func elsewhere(asked time.Duration) time.Duration {
	return min(asked, soonest/2+rand.N(soonest/2+1))
}

// behind is the position that the stream is to go on from. Of a match without
// events the status is wanted, which says when it was made.
func (j *journal) behind() string {
	j.store.mu.Lock()
	defer j.store.mu.Unlock()
	if j.number() == 0 && j.target == 0 && !j.whole {
		return ""
	}
	return match.Position{ID: j.number(), Epoch: j.key.Epoch}.String()
}

// event of the match's stream.
func (j *journal) event(data []byte) error {
	e, at, err := wire.ReadEvent(data, j.kindOf)
	n := j.length()
	switch {
	case err != nil:
		return err
	case at.Epoch != j.key.Epoch:
		return fmt.Errorf("%w: its events are at %v", errStranger, at)
	case e.ID <= n:
		return nil // known
	case e.ID > n+1:
		return fmt.Errorf("expected event %d, got event %d", n+1, e.ID)
	}
	return j.add(e)
}

// status of the match's stream: of one who joins, behind an event that changed
// the picture, or instead of a resume.
func (j *journal) status(data []byte) error {
	var o struct {
		Position  string
		Timestamp int64
		Resumed   *bool
	}
	if err := json.Unmarshal(data, &o); err != nil {
		return fmt.Errorf("expected the object of a status: %w", err)
	}
	at, err := match.ParsePosition(o.Position)
	if err != nil {
		return fmt.Errorf("a status at %.40q: %w", o.Position, err)
	}
	n := j.length()
	switch {
	case at.Epoch != j.key.Epoch:
		return fmt.Errorf("%w: it is at %v", errStranger, at)
	case at.ID < n:
		return errShorter
	case at.ID > n && !j.isWhole(): // it has begun since it was asked for
		return j.wants(at.ID)
	case at.ID > n:
		return fmt.Errorf("moved from event %d to %d", n, at.ID)
	case n == 0 && !j.isWhole():
		j.begins(o.Timestamp)
	}
	return nil
}

// wants notes how many events there are, and has them asked for.
func (j *journal) wants(target int64) error {
	j.store.mu.Lock()
	defer j.store.mu.Unlock()
	j.target = max(j.target, target)
	return errAnew
}
