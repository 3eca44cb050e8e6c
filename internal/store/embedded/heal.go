package embedded

import (
	"context"
	"time"
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
			s.log.Warn("store: opened anew, it takes records again", "folder", s.dir, "cause", "the folder takes writes again")
			continue
		}
		if text := err.Error(); text != told && s.closing.Err() == nil {
			told = text
			s.log.Error("store: it cannot be opened anew yet; it is tried again and again", "folder", s.dir, "cause", err)
		}
		pause = min(2*pause, healMost)
	}
}

// reopen replaces what is in use by the folder itself. How long that takes is for
// the disk to say, which is read as after a kill: given up half-way, it would be
// begun again for ever.
func (s *Store) reopen() error {
	ctx := s.closing
	switch {
	case s.folder == nil: // it could not be had at the start
		if err := s.aside.share(); err != nil {
			return err
		}
		next, err := s.take(ctx)
		if err != nil {
			return err
		}
		s.swap(next)
		s.keep()
	case s.aside != nil: // the copy serves until the folder can
		next, err := s.start(ctx, s.dir, s.tally, false)
		if err != nil {
			return err
		}
		s.swap(inUse{engine: next, tally: s.tally, folder: s.folder})
	default:
		return s.restart(ctx)
	}
	return nil
}

// swap takes next into use, and ends what was.
func (s *Store) swap(next inUse) {
	open := s.calls.shut()
	old := s.inUse
	s.use(next)
	open()
	old.engine.end()
	if old.tally != next.tally {
		old.tally.close() //nolint:errcheck // a copy's
	}
	if old.aside != nil {
		if err := old.aside.remove(); err != nil {
			s.log.Warn("store: a copy that is needed no more cannot be removed", "folder", old.aside.dir, "cause", err, "do", "remove it by hand")
		}
	}
}

// restart replaces an engine that has failed on the folder: two cannot be on it
// at once. Where the new one does not start, what can be read is read from a
// copy.
func (s *Store) restart(ctx context.Context) error {
	defer s.calls.shut()()
	s.engine.end()
	next, err := s.start(ctx, s.dir, s.tally, false)
	if err == nil {
		s.use(inUse{engine: next, tally: s.tally, folder: s.folder})
		return nil
	}
	if s.closing.Err() != nil {
		return err
	}
	if use, bad := s.readOnly(ctx, err); bad != nil {
		err = bad // the next time, perhaps
	} else {
		s.use(use)
	}
	return err
}
