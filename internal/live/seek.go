package live

import (
	"context"
	"sync"
	"time"

	"matchstream/internal/match"
)

// What another node has just made, this one hears of a moment later. Whoever was told
// there that it exists must not be told here that it does not: so before that is said
// the store is asked. Names that nobody has made cost as many come: for each there is
// one question at a time, its answer holds for a second, and there are at most
// seekMost questions in that; beyond, what is not known is not there, as before.

const (
	seekHolds = time.Second
	seekMost  = 64
	seekWait  = time.Second // for the store, by all who ask for the same
)

// sought are the entries of the catalogue that were asked for within the last second.
type sought struct {
	mu struct {
		sync.Mutex
		of map[string]*question
	}
}

type question struct {
	began    time.Time
	answered chan struct{} // closed when it is
}

// begin finds the question that is asked for a key, or a new one, which is the
// caller's to answer. nil: there are too many.
func (s *sought) begin(key string) (q *question, ours bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	for k, q := range s.mu.of {
		if now.Sub(q.began) >= seekHolds && q.isAnswered() {
			delete(s.mu.of, k)
		}
	}
	if q := s.mu.of[key]; q != nil {
		return q, false
	}
	if len(s.mu.of) >= seekMost {
		return nil, false
	}
	if s.mu.of == nil {
		s.mu.of = make(map[string]*question)
	}
	q = &question{began: now, answered: make(chan struct{})}
	s.mu.of[key] = q
	return q, true
}

func (q *question) isAnswered() bool {
	select {
	case <-q.answered:
		return true
	default:
		return false
	}
}

// seek takes an entry of the catalogue that is not known here, if the store has it.
// It returns when that is done, or known to be in vain, or ctx is over.
func (l *Live) seek(ctx context.Context, key string) {
	if !l.shared {
		return
	}
	q, ours := l.sought.begin(key)
	switch {
	case q == nil:
	case ours:
		defer close(q.answered)
		within, cancel := context.WithTimeout(l.run, seekWait) // whoever asks: others wait for it, too
		defer cancel()
		if e, err := l.store.Get(within, key); err == nil {
			l.changed(l.run, e)
		}
	default:
		select {
		case <-q.answered:
		case <-ctx.Done():
		}
	}
}

// seekMatch finds a match that is not known here, with its teams.
func (l *Live) seekMatch(ctx context.Context, id string) (*entry, bool) {
	if match.CheckID(id) != nil {
		return nil, false
	}
	l.seek(ctx, matchKey+id)
	e, ok := l.entries.get(id)
	if ok {
		d := e.described.Load()
		l.FindTeam(ctx, d.Info.Home)
		l.FindTeam(ctx, d.Info.Visit)
	}
	return e, ok
}

// FindTeam is Team; where nodes share a store it asks there for one that is not known
// here, and waits for the answer, a second at most.
func (l *Live) FindTeam(ctx context.Context, id string) (match.Team, bool) {
	t, ok := l.Team(id)
	if !ok && match.ValidTeamID(id) {
		l.seek(ctx, teamKey+id)
		t, ok = l.Team(id)
	}
	return t, ok
}
