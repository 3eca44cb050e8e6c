package peers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"matchstream/internal/store"
	"matchstream/internal/store/embedded"
)

// How often it is tried to begin anew after a failure.
const (
	healFirst = 250 * time.Millisecond
	healMost  = 10 * time.Second
)

// watch stops the server when its disk has failed, so that the others see that it is
// gone and no client of this node takes what it knows for all there is; and starts it
// again when the folder takes writes. It runs until Close.
func (s *Store) watch() {
	for {
		r, err := s.server()
		if err != nil {
			return // it was removed
		}
		r.health.watch(s.closing, r.server)
		if s.closing.Err() != nil {
			return
		}
		s.leave(context.Cause(r.health.failed))
		if errors.Is(context.Cause(r.health.failed), store.ErrRemoved) || !s.again(s.begin) {
			return
		}
	}
}

// leave the cluster, loudly.
func (s *Store) leave(cause error) {
	s.mu.Lock()
	r := s.mu.server
	s.mu.server, s.mu.failed = nil, cause
	s.mu.Unlock()
	if errors.Is(cause, store.ErrRemoved) {
		s.log.Error("store: this node takes no part in the cluster any more", "cause", cause, "do", "stop it; to have it join anew, empty its folder first")
		if err := s.folder.set(stageRemoved); err != nil {
			s.log.Error("store: that this node was removed cannot be noted in its folder", "folder", s.folder.dir, "cause", err, "do", "do not start it on this folder again")
		}
	} else {
		s.log.Error("store: this node takes no part in the cluster until its folder takes writes again", "folder", s.folder.dir, "cause", cause)
	}
	r.stop()
}

// again takes part, once the folder takes writes, by begin; false: it is closed
// before, or the others have taken this node out meanwhile.
func (s *Store) again(begin func(context.Context) error) bool {
	told := ""
	for pause := healFirst; ; pause = min(2*pause, healMost) {
		select {
		case <-s.closing.Done():
			return false
		case <-time.After(pause):
		}
		err := s.folder.still() // each time: never on an empty disk, as one that has promised nothing
		if err == nil {
			err = s.space.Check(s.closing)
		}
		if err == nil {
			err = embedded.Probe(s.folder.dir)
		}
		if err == nil {
			err = begin(s.closing)
		}
		if errors.Is(err, store.ErrRemoved) {
			s.mu.Lock()
			s.mu.failed = err
			s.mu.Unlock()
			s.log.Error("store: this node takes no part in the cluster any more", "cause", err, "do", "stop it; to have it join anew, empty its folder first")
			return false
		}
		if err == nil {
			s.log.Warn("store: this node takes part in the cluster again", "folder", s.folder.dir, "cause", "the folder takes writes again")
			return true
		}
		if text := err.Error(); text != told && s.closing.Err() == nil {
			told = text
			s.log.Error("store: this node cannot take part in the cluster yet; it is tried again and again", "folder", s.folder.dir, "cause", err)
		}
	}
}

// Trouble says why this node takes no part in the cluster, or takes no records; nil:
// it does. For the readiness of the node; at any time.
func (s *Store) Trouble() error {
	if _, err := s.server(); err != nil {
		return err
	}
	return s.space.Check(s.closing)
}

// Writable says whether records are taken; if not, the log says why. At any time.
func (s *Store) Writable() bool { return s.Trouble() == nil }

// Used is how many bytes the files in this node's folder take. It looks at each.
func (s *Store) Used() int64 { return s.space.Used() }

// Free is how many bytes are free on its file system.
func (s *Store) Free() int64 { return s.space.Free() }

// Append implements store.Store.
func (s *Store) Append(ctx context.Context, key store.Key, after store.Mark, number int64, data []byte) (store.Mark, error) {
	if err := s.takes(ctx); err != nil {
		return 0, fmt.Errorf("append record %d of %s: %w", number, key.Match, err)
	}
	return s.Store.Append(ctx, key, after, number, data)
}

// Put implements store.Store.
func (s *Store) Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	if err := s.takes(ctx); err != nil {
		return 0, fmt.Errorf("put %s: %w", key, err)
	}
	return s.Store.Put(ctx, key, value, expect)
}

// takes says why nothing can be written here, before anything is.
func (s *Store) takes(ctx context.Context) error {
	if s.closing.Err() != nil {
		return store.ErrClosed
	}
	if _, err := s.server(); err != nil {
		return err
	}
	return s.space.Check(ctx)
}
