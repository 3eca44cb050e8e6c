package logging

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// atOnce is how many lines that are alike (room, level and message; numbers
	// and details aside) are written within an interval. The others are counted,
	// and told of in one line at its end.
	atOnce   = 10
	interval = 10 * time.Second
	// mostSeen is how many different lines are remembered.
	mostSeen = 1000
)

// seen is which lines were said lately.
type seen struct {
	repeated atomic.Uint64
	mu       struct {
		sync.Mutex
		lines map[alike]*repeats
	}
}

// alike is what lines have in common that are counted together.
type alike struct {
	room    string
	level   slog.Level
	message string // folded
}

type repeats struct {
	by      *handler
	message string // the first of them, as it was
	since   time.Time
	n       int // within the interval
}

// take says whether a line is to be written; else it is counted.
func (s *seen) take(h *handler, r slog.Record) bool {
	key := alike{h.room, r.Level, fold(r.Message)}
	s.mu.Lock()
	defer s.mu.Unlock()
	line := s.mu.lines[key]
	if line == nil || r.Time.Sub(line.since) >= interval && line.n <= atOnce {
		if s.mu.lines == nil || len(s.mu.lines) >= mostSeen {
			s.forget(r.Time)
		}
		line = &repeats{by: h, message: r.Message, since: r.Time}
		s.mu.lines[key] = line
	}
	if line.n++; line.n <= atOnce {
		return true
	}
	s.repeated.Add(1)
	return false
}

// forget the lines whose interval is over; should none be, all that have
// nothing to tell. Called with mu held.
func (s *seen) forget(now time.Time) {
	if s.mu.lines == nil {
		s.mu.lines = make(map[alike]*repeats)
	}
	for _, old := range []bool{true, false} {
		for key, line := range s.mu.lines {
			if line.n <= atOnce && (!old || now.Sub(line.since) >= interval) {
				delete(s.mu.lines, key)
			}
		}
		if len(s.mu.lines) < mostSeen {
			return
		}
	}
	clear(s.mu.lines) // a thousand different lines, each over and over: something else is wrong
}

// tell of what was counted and whose interval is over; next is when there will
// be more to tell, zero for never.
func (s *seen) tell(now time.Time) (next time.Time) {
	return s.tellOf(func(r *repeats) bool { return now.Sub(r.since) >= interval })
}

// tellAll tells of everything, at the end.
func (s *seen) tellAll() { s.tellOf(func(*repeats) bool { return true }) }

func (s *seen) tellOf(due func(*repeats) bool) (next time.Time) {
	type told struct {
		repeats
		level slog.Level
	}
	var now []told
	s.mu.Lock()
	for key, line := range s.mu.lines {
		if line.n <= atOnce {
			continue
		}
		if due(line) {
			now = append(now, told{*line, key.level})
			delete(s.mu.lines, key)
		} else if end := line.since.Add(interval); next.IsZero() || end.Before(next) {
			next = end
		}
	}
	s.mu.Unlock()
	for _, t := range now {
		t.by.say(t.level, t.message, slog.Int("more like it", t.n-atOnce), slog.Duration("within", interval))
	}
	return next
}

// say a line that is not counted.
func (h *handler) say(level slog.Level, message string, attrs ...slog.Attr) {
	r := slog.NewRecord(time.Now(), level, message, 0)
	r.AddAttrs(attrs...)
	h.Handler.Handle(context.Background(), r) //nolint:errcheck // our writer takes all
}
