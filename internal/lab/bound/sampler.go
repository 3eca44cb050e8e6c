package bound

import (
	"context"
	"math"
	"sync"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/suspects"
)

const lookEvery = time.Second

// sampler looks at servers, host and lab about once a second while a try runs: one
// goroutine, until end. Another takes the profile.
type sampler struct {
	t       *try
	stop    context.CancelFunc
	looks   sync.WaitGroup
	profile sync.WaitGroup

	looking sync.Mutex // a look may take long; nothing else waits for it
	watched *suspects.Watch

	mu struct {
		sync.Mutex
		crowd lab.Crowd  // nil: none is there
		last  *lab.Tally // of a second ago
	}
}

// newSampler has looked once, before anybody of ours comes.
func newSampler(ctx context.Context, t *try) *sampler {
	s := &sampler{t: t}
	s.watched = suspects.NewWatch(t.Look)
	s.watched.Look(ctx)
	for i, n := range s.watched.Watchers() {
		switch {
		case i == len(t.base):
			t.base = append(t.base, n)
		case t.base[i] < 0: // it could not be read before
			t.base[i] = n
		}
	}
	return s
}

// start looking.
func (s *sampler) start(ctx context.Context) {
	ctx, s.stop = context.WithCancel(ctx)
	s.looks.Go(func() {
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				s.look(ctx)
			case <-ctx.Done():
				return
			}
		}
	})
}

// watch a crowd, too, or none any more.
func (s *sampler) watch(c lab.Crowd) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.crowd, s.mu.last = c, nil
}

// playing: events or requests begin. The profile is of the last third of them, and of the
// node that is nearest to what it can take.
func (s *sampler) playing(ctx context.Context) {
	s.looking.Lock()
	s.watched.Playing(ctx)
	s.t.of = s.watched.Fullest()
	_, s.t.kept.Before = s.watched.Metrics(s.t.of)
	s.looking.Unlock()
	admin := s.t.admin()
	if admin == "" {
		return
	}
	all := s.t.Over
	if s.t.streams() && s.t.op != nil {
		all = max(all, time.Duration(s.t.Events)*s.t.Every)
	}
	s.profile.Go(func() {
		if wait(ctx, all*2/3) {
			s.t.kept.Profile(ctx, s.t.By, admin, int(math.Round((all / 3).Seconds())))
		}
	})
}

// played: all has happened, and all are still there. What the metrics say now is kept.
// It returns when the profile is there, too, which may take a moment longer.
func (s *sampler) played(ctx context.Context) {
	s.looking.Lock()
	s.watched.Played(ctx)
	s.line()
	_, s.t.kept.After = s.watched.Metrics(s.t.of)
	s.looking.Unlock()
	s.profile.Wait()
}

// look once.
func (s *sampler) look(ctx context.Context) {
	s.looking.Lock()
	defer s.looking.Unlock()
	s.watched.Look(ctx)
	if ctx.Err() == nil {
		s.line()
	}
}

// line of the record: how it stands, and what the time since the line before has brought.
// looking is held.
func (s *sampler) line() {
	f := s.watched.Last()
	s.mu.Lock()
	defer s.mu.Unlock()
	f["canary.max"] = s.t.canary.Worst().Seconds()
	if s.mu.crowd != nil {
		now := s.mu.crowd.Tally()
		f["users"], f["asked"] = float64(now.Ready), float64(now.Asked)
		was := s.mu.last
		if was == nil {
			was = lab.NewTally()
		}
		f["deliveries"], f["bytes"] = float64(now.Events-was.Events), float64(now.Bytes-was.Bytes)
		f["errors"] = sum(now.Errors) - sum(was.Errors)
		s.mu.last = now
		s.t.tell("", now.Ready)
	} else {
		s.t.tell("", 0)
	}
	if s.t.Record != nil {
		s.t.unable(s.t.Record.Second(lab.Second{At: s.t.at(), Step: s.t.step.Number, Figures: f}))
	}
}

// end has looked for the last time.
func (s *sampler) end() {
	s.stop()
	s.looks.Wait()
	s.profile.Wait()
	s.watched.Look(context.Background())
}

func sum(counts map[string]int64) (all float64) {
	for _, n := range counts {
		all += float64(n)
	}
	return all
}

// wait so long; false: ctx has ended before.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
