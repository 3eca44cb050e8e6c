package live

import (
	"context"
	"errors"
	"sync"
	"time"

	"matchstream/internal/match"
	"matchstream/internal/store"
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
	err      error         // then: why there is no answer; nil: there is
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
// store.ErrUnavailable: whether the store has it is not known.
func (l *Live) seek(ctx context.Context, key string) error {
	if !l.shared {
		return nil
	}
	q, ours := l.sought.begin(key)
	switch {
	case q == nil:
		return nil
	case ours:
		defer close(q.answered)
		within, cancel := context.WithTimeout(l.run, seekWait) // whoever asks: others wait for it, too
		defer cancel()
		q.err = l.ask(within, key)
		return q.err
	}
	select {
	case <-q.answered:
		return q.err
	case <-ctx.Done():
		return surelyNot(ctx.Err())
	}
}

// ask takes an entry of the catalogue from the store; one that is not there is no error.
func (l *Live) ask(ctx context.Context, key string) error {
	e, err := l.store.Get(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return surelyNot(err)
	}
	l.changed(l.run, e)
	return nil
}

// seekMatch finds a match that is not known here, with its teams.
func (l *Live) seekMatch(ctx context.Context, id string) (*entry, bool, error) {
	if match.CheckID(id) != nil {
		return nil, false, nil
	}
	err := l.seek(ctx, matchKey+id)
	e, ok := l.entries.get(id)
	if !ok {
		return nil, false, err
	}
	d := e.described.Load()
	for _, team := range []string{d.Info.Home, d.Info.Visit} {
		_, _, _ = l.FindTeam(ctx, team) // a match is shown without the names as well
	}
	return e, true, nil
}

// FindTeam is Team; where nodes share a store it asks there for one that is not known
// here, and waits for the answer, a second at most. store.ErrUnavailable: there is none.
func (l *Live) FindTeam(ctx context.Context, id string) (match.Team, bool, error) {
	t, ok := l.Team(id)
	if ok || !match.ValidTeamID(id) {
		return t, ok, nil
	}
	err := l.seek(ctx, teamKey+id)
	if t, ok = l.Team(id); ok {
		err = nil
	}
	return t, ok, err
}

// askedTeam is FindTeam for an operator, who is no stranger: he gets an answer of his own,
// however many names others ask for, and not one of a second ago.
func (l *Live) askedTeam(ctx context.Context, id string) (match.Team, bool, error) {
	t, ok := l.Team(id)
	if ok || !l.shared {
		return t, ok, nil
	}
	if err := l.ask(ctx, teamKey+id); err != nil {
		return t, false, err
	}
	t, ok = l.Team(id)
	return t, ok, nil
}
