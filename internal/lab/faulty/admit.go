package faulty

import (
	"context"
	"strings"
	"time"
)

// grace is for how long one who would be too many waits for another to go: that somebody
// has hung up is noticed a moment after the next has come.
const grace = 250 * time.Millisecond

// let lets a watcher in, has him served, and hears of his end; or does not. It returns
// when his connection may be closed. begin is what is said first to one who is let in;
// hear hears him until he goes.
func (s *Server) let(w *watcher, user string, begin []byte, hear func()) {
	defer w.conn.Close()
	exempt := s.fault.Exempt != "" && strings.HasPrefix(user, s.fault.Exempt)
	if !exempt && !s.admit() {
		s.did(Overfull)
		refuse(w.conn, s.fault.Over, s.ctx.Done())
		return
	}
	if !exempt {
		defer s.leave()
	}
	s.mu.Lock()
	s.mu.coming++
	w.number = int64(s.mu.coming)
	s.mu.Unlock()
	w.hit = w.number%int64(max(s.fault.Watchers, 1)) == 0
	if s.fault.Only != 0 {
		w.hit = w.number == s.fault.Only
	}
	w.gone = make(chan struct{})
	if w.write(begin) {
		s.works.Go(w.watch)
	}
	hear()
	close(w.gone)
}

// admit says whether there is room for one more, who then counts.
func (s *Server) admit() bool {
	wait := time.NewTimer(grace)
	defer wait.Stop()
	for {
		s.mu.Lock()
		if s.fault.Users == 0 || s.mu.now < s.fault.Users || s.fault.Over == Slowed {
			s.mu.now++
			s.mu.record.Most = max(s.mu.record.Most, int64(s.mu.now))
			many := s.fault.Over == Slowed && s.mu.now > s.fault.Users
			s.mu.Unlock()
			if many {
				s.did(Overfull)
			}
			return true
		}
		left := s.mu.left
		s.mu.Unlock()
		select {
		case <-left:
		case <-wait.C:
			return false
		case <-s.ctx.Done():
			return false
		}
	}
}

func (s *Server) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.now--
	close(s.mu.left)
	s.mu.left = make(chan struct{})
}

// AwaitGone waits until no watcher is left, of those who count for Fault.Users: that one
// has hung up is noticed a moment later. The error is ctx's.
func (s *Server) AwaitGone(ctx context.Context) error {
	for {
		s.mu.Lock()
		now, left := s.mu.now, s.mu.left
		s.mu.Unlock()
		if now == 0 {
			return nil
		}
		select {
		case <-left:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// beyond is how much slower everything is now.
func (s *Server) beyond() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fault.Over == Slowed && s.mu.now > s.fault.Users {
		return s.fault.Beyond
	}
	return 0
}
