package embedded

import (
	"context"
	"fmt"
	"time"

	"matchstream/internal/store"
)

// How often it is tried to begin anew after a failure.
const (
	healFirst = 250 * time.Millisecond
	healMost  = 10 * time.Second
)

// heal replaces an engine that cannot write any more, once the folder takes
// writes again: a disk was full, a descriptor was missing, a volume was
// read-only. Until then what is there is read from the old one. It runs until
// Close.
func (s *Store) heal() {
	pause, told := healFirst, ""
	for {
		select {
		case <-s.closing.Done():
			return
		case <-s.health.failed.Done(): // nobody else replaces the engine
		}
		select {
		case <-s.closing.Done():
			return
		case <-time.After(pause):
		}
		err := s.space.check(s.closing)
		if err == nil {
			err = probe(s.dir)
		}
		if err == nil {
			err = s.reopen()
		}
		if err == nil {
			pause, told = healFirst, ""
			continue
		}
		if text := err.Error(); text != told && s.closing.Err() == nil {
			told = text
			s.log.Error("store: it cannot be opened anew yet; it is tried again and again", "folder", s.dir, "cause", err)
		}
		pause = min(2*pause, healMost)
	}
}

// reopen replaces the engine, when the calls under way have ended.
func (s *Store) reopen() error {
	s.using.Lock()
	defer s.using.Unlock()
	if s.closing.Err() != nil {
		return store.ErrClosed
	}
	s.engine.end()
	blocks, err := settle(s.dir)
	if err == nil {
		err = repair(s.dir, blocks, false, s.log)
	}
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(s.closing, time.Minute)
	defer cancel()
	next, err := startEngine(ctx, s.dir, s.log, true, blocks)
	if err != nil {
		return fmt.Errorf("open it anew: %w", err)
	}
	s.engine = next
	s.log.Warn("store: opened anew, it takes records again", "folder", s.dir, "cause", "the folder takes writes again")
	return nil
}
