package live

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"matchstream/internal/match"
	"matchstream/internal/store"
)

// The keys of the catalogue that belong to this room. Those of others
// ("token/…", "audience/…", "visits/…") are left alone.
const (
	teamKey  = "team/"
	matchKey = "match/"
	onceKey  = "once/"
)

// description is what the catalogue keeps of a match.
type description struct {
	Format int        `json:"v"`
	Info   match.Info `json:"info"`
	// Base is the sum of the revisions of both teams at the creation.
	Base int `json:"base,omitempty"`
	// Over is how the match stands if it is over: then a start does not read
	// its journal. It may be missing from a match that is over, never the
	// other way round.
	Over *over `json:"over,omitempty"`
	// Told is how it stands as its origin tells, at an edge.
	Told *told `json:"told,omitempty"`
	// Created answers a repeat of the request that made the match.
	Created *created `json:"created,omitempty"`

	revision uint64 // of the catalogue's entry
}

// loadCatalogue reads what belongs to this room, and then the journals of the
// matches that are not over, several at once.
func (l *Live) loadCatalogue(ctx context.Context) error {
	for _, prefix := range []string{teamKey, matchKey, onceKey} { // a match shows its teams
		all, err := l.listed(ctx, prefix)
		if err != nil {
			return fmt.Errorf("the catalogue cannot be read: %w", err)
		}
		if prefix == onceKey {
			l.forgetOnces(ctx, all)
			break
		}
		for _, entry := range all {
			if err := l.catalogued(entry); err != nil {
				return err
			}
		}
	}
	counted, err := l.findLost(ctx)
	if err != nil {
		return fmt.Errorf("the journals cannot be counted: %w", err)
	}
	work := make(chan *entry)
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			for e := range work {
				now, err := e.load(ctx)
				if n := counted[e.key].Records; err == nil && !now.deleted && now.number() < n {
					now, err = e.count(ctx, n)
				}
				if err != nil {
					// The others can be served; this one says why it cannot.
					l.log.Error("a match cannot be loaded", "match", e.key.Match, "cause", err)
				} else if now.deleted {
					if err := l.finishDelete(ctx, e); err != nil {
						l.log.Warn("a deleted match leaves something behind until the next start", "match", e.key.Match, "cause", err)
					}
				} else if now.end() != 0 {
					l.settleLater(e)
				}
			}
		})
	}
	l.entries.all(func(e *entry) bool {
		if d := e.described.Load(); d.Told == nil && d.Over == nil || counted[e.key].Missing > 0 { // then it is known at once how much is left
			work <- e
		}
		return true
	})
	close(work)
	readers.Wait()
	return ctx.Err()
}

// watch begins to hear of changes that are made to the catalogue, by this node
// too, and returns when none can be missed any more.
func (l *Live) watch(ctx, run context.Context) error {
	ready, failed := make(chan struct{}), make(chan error, 1)
	again := false
	l.done.Go(func() {
		failed <- l.keepTrying(run, "watching the catalogue", &l.watching, func() error {
			watching, stop := context.WithCancelCause(run)
			defer stop(nil)
			err := l.store.Watch(watching, func() {
				l.others("")
				if !again {
					again = true
					close(ready)
				} else if err := l.relist(watching); err != nil {
					stop(err)
					return
				}
				l.watching.Store(true)
			}, func(e store.Entry) { l.changed(run, e) })
			if watching.Err() != nil && run.Err() == nil {
				return context.Cause(watching)
			}
			return err
		})
	})
	select {
	case <-ready:
		return nil
	case err := <-failed:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// warm reads the journal of a match that another node made, before anybody
// asks for it.
func (l *Live) warm(ctx context.Context, key string) {
	id, ok := strings.CutPrefix(key, matchKey)
	if !ok {
		return
	}
	e, ok := l.entry(id)
	if !ok || e.now.Load() != nil || e.resting.Load() != nil || e.described.Load().Over != nil || e.described.Load().Told != nil {
		return
	}
	l.background(func() {
		if _, err := e.load(ctx); err != nil && ctx.Err() == nil {
			l.log.Warn("a new match cannot be read yet", "match", id, "cause", err)
		}
	})
}

// catalogued takes one entry of the catalogue, new, changed or deleted. An
// older state than the known one is left out, so entries may come twice.
func (l *Live) catalogued(e store.Entry) error {
	switch {
	case strings.HasPrefix(e.Key, teamKey):
		return l.cataloguedTeam(e)
	case strings.HasPrefix(e.Key, matchKey):
		return l.cataloguedMatch(e)
	case !strings.HasPrefix(e.Key, onceKey):
		l.others(e.Key)
	}
	return nil
}

func (l *Live) cataloguedMatch(c store.Entry) error {
	id := strings.TrimPrefix(c.Key, matchKey)
	if c.Value == nil {
		l.gone.entry(id, c.Revision)
		if e, ok := l.entry(id); ok && c.Revision > e.described.Load().revision {
			e.vanish()
		}
		return nil
	}
	d, err := decodeDescription(c)
	if err != nil {
		return err
	}
	d.Info.Compact()
	key := store.Key{Match: d.Info.ID, Epoch: d.Info.Epoch}
	if l.gone.has(key, c.Revision) {
		return nil
	}
	e, ok := l.entry(id)
	if ok && e.key.Epoch != d.Info.Epoch && c.Revision > e.described.Load().revision {
		e.vanish() // made anew, and the deletion was not heard
		ok = false
	}
	if !ok {
		fresh := newEntry(l, d)
		if found, loaded := l.entries.add(key.Match, fresh); loaded {
			e = found
		} else {
			if l.gone.has(key, c.Revision) {
				fresh.vanish() // just now
			}
			l.board.changed(fresh)
			return nil
		}
	}
	e.redescribe(d)
	return nil
}

func (l *Live) entry(id string) (*entry, bool) {
	return l.entries.get(id)
}

// vanish ends a match whose deletion came through the catalogue.
func (e *entry) vanish() {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.now.Load()
	next := e.begin()
	if now != nil {
		*next = *now
		next.next = make(chan struct{})
	}
	if next.deleted {
		return
	}
	next.deleted = true
	e.show(now, next)
	e.live.forgetAudience(e)
}

// put writes a match's description as f changes it (nil: leave it), whoever
// else is changing it.
func (e *entry) put(ctx context.Context, f func(d description) *description) error {
	for {
		old := e.described.Load()
		d := f(*old)
		if d == nil {
			return nil
		}
		d.Format = format
		if d.Created != nil && d.Created.expired(e.live.clock()) {
			d.Created = nil
		}
		rev, err := e.live.store.Put(ctx, matchKey+e.key.Match, encode(d), old.revision)
		if err == nil {
			d.revision = rev
			return e.live.cataloguedMatch(store.Entry{Key: matchKey + e.key.Match, Value: encode(d), Revision: rev})
		}
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
		fresh, err := e.live.store.Get(ctx, matchKey+e.key.Match)
		if errors.Is(err, store.ErrNotFound) {
			return ErrNotFound
		}
		if err != nil {
			return perhaps(err)
		}
		if fresh.Revision <= old.revision {
			// A conflict, and nobody has changed it: who answers is a leader no more,
			// and the one that is may have what was written.
			return fmt.Errorf("match %s has revision %d in the catalogue, %d was seen: %w", e.key.Match, fresh.Revision, old.revision, store.ErrUnknown)
		}
		if err := e.live.cataloguedMatch(fresh); err != nil {
			return err
		}
		if e.described.Load().revision <= old.revision {
			return ErrNotFound // the entry is another epoch's now
		}
	}
}
