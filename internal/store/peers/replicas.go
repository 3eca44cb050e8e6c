package peers

import (
	"context"
	"errors"
	"sync"
	"time"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream"
)

// counting is how often it is asked on how many nodes the streams are. That is told
// to those who look after the cluster: nothing here waits for it.
const counting = 10 * time.Second

// Replicas is on how many nodes that are there the events are.
type Replicas struct {
	Want   int      // nodes that should have each; 0: it is not known yet
	Online int      // that have them and are there
	Away   []string // names of those that have them and are not there
}

// Missing is how many are.
func (r Replicas) Missing() int { return max(0, r.Want-r.Online) }

type counted struct {
	sync.Mutex
	last Replicas
}

// Replicas as they were when the cluster was last asked, some ten seconds ago; while
// it does not answer, before that. At any time.
func (s *Store) Replicas() Replicas {
	s.counted.Lock()
	defer s.counted.Unlock()
	return s.counted.last
}

// keepCounting until Close, or until this node was removed.
func (s *Store) keepCounting() {
	every := time.NewTicker(counting)
	defer every.Stop()
	for {
		select {
		case <-s.closing.Done():
			return
		case <-every.C:
		}
		if err := s.count(s.closing); errors.Is(err, store.ErrRemoved) {
			return
		}
	}
}

// count asks all nodes. Where that fails the store does not answer, which others say.
func (s *Store) count(ctx context.Context) error {
	st, err := s.Status(ctx)
	if err != nil {
		return err
	}
	if now, ok := replicasOf(st); ok {
		s.counted.Lock()
		defer s.counted.Unlock()
		s.counted.last = now
	}
	return nil
}

// replicasOf the stream that has the fewest; false: one has no leader now, who knew.
func replicasOf(st *Status) (fewest Replicas, ok bool) {
	known := 0
	for _, stream := range st.Streams {
		if stream.Name != jetstream.JournalStream && stream.Name != jetstream.CatalogueStream {
			continue
		}
		r := Replicas{Want: stream.Replicas}
		for _, m := range stream.Nodes {
			if m.Online {
				r.Online++
			} else {
				r.Away = append(r.Away, m.called())
			}
		}
		if known++; known == 1 || r.Missing() > fewest.Missing() {
			fewest = r
		}
	}
	return fewest, known == 2
}
