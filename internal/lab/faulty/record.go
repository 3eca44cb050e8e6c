package faulty

import (
	"context"
	"maps"
	"slices"
	"time"

	"matchstream/internal/lab"
)

// Record is what a server has really done.
type Record struct {
	Connections int64          // accepted, on both ports
	Watchers    int64          // let in
	Ready       int64          // of these: were sent their status, or resumed: they get what happens from now on
	Now         int64          // watchers there are now, who count for Fault.Users
	Most        int64          // the most that there were at a time
	Done        map[Deed]int64 // how often each wrong thing was done
	Answers     map[int]int64  // HTTP answers by status, streams among them
	Posted      []Posted       // events of all matches
	Writes      []Write        // events written to watchers, each time that they were
}

// Posted is an event that came.
type Posted struct {
	Match string
	Event int64
	At    time.Time
}

// Write is an event that was written to a watcher.
type Write struct {
	Watcher int64 // 1 is the first who came
	Via     lab.Protocol
	Event   int64
	Mark    lab.Mark  // zero: it has none
	At      time.Time // just before the system call
}

// Record is how it stands; it is the caller's own.
func (s *Server) Record() Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.mu.record
	r.Watchers, r.Now = int64(s.mu.coming), int64(s.mu.now)
	r.Done, r.Answers = maps.Clone(r.Done), maps.Clone(r.Answers)
	r.Posted, r.Writes = slices.Clone(r.Posted), slices.Clone(r.Writes)
	return r
}

// Await waits until so many watchers have become ready; the error is ctx's.
func (s *Server) Await(ctx context.Context, n int64) error {
	return s.await(ctx, func() bool { return s.mu.record.Ready >= n })
}

// AwaitDone waits until something wrong was done so often; the error is ctx's.
func (s *Server) AwaitDone(ctx context.Context, d Deed, n int64) error {
	return s.await(ctx, func() bool { return s.mu.record.Done[d] >= n })
}

// await waits until something holds, which is asked with mu held.
func (s *Server) await(ctx context.Context, holds func() bool) error {
	for {
		s.mu.Lock()
		done, news := holds(), s.mu.news
		s.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// note changes the record, and tells who awaits something.
func (s *Server) note(change func(*Record)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.mu.record)
	close(s.mu.news)
	s.mu.news = make(chan struct{})
}

// did counts something wrong that was done.
func (s *Server) did(d Deed) { s.note(func(r *Record) { r.Done[d]++ }) }

// Latency is from when each marked event was due to when it was written, for each time
// that it was: what a watcher sees who reads at once.
func (r Record) Latency() *lab.Histogram {
	h := lab.NewHistogram()
	for _, w := range r.Writes {
		if w.Mark.Number > 0 {
			h.Record(w.At.Sub(time.UnixMicro(w.Mark.Due)))
		}
	}
	return h
}

// turn counts a request of a route, or a connection of a port, and says whether it is an
// every-th.
func (s *Server) turn(route string, every int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.asked[route]++
	return every > 0 && s.mu.asked[route]%every == 0
}
