package cli

import (
	"context"
	"fmt"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/fleet"
	"matchstream/internal/lab/operator"
)

// simulation is one run. What it keeps is the goroutine's of run.
type simulation struct {
	command  *labSimulateCommand
	plan     lab.Plan
	carrier  *fleet.Fleet
	line     *simulateLine
	keep     *simulateRecord
	operator operator.Operator // nil: events are another's
	played   *operator.Played  // by it

	crowd  lab.Crowd
	begun  time.Time
	before *lab.Tally       // at the last look
	told   map[string]int64 // alarms, by code: how many there were
	over   bool             // the match has ended, as far as we know who have ended it
	ended  time.Time        // when it was last seen that something came, once the match has ended for somebody
	behind int              // users who were still there a good while later
}

const (
	// lookEvery is how often it is looked how it stands.
	lookEvery = time.Second
	// afterEnd is how long users wait for the end of a match that has ended for others,
	// with nothing coming any more.
	afterEnd = 10 * time.Second
)

// run has users come, watches until the end, and says what came of it. The end of ctx
// ends it earlier; what there is is kept.
func (s *simulation) run(ctx context.Context, expected []lab.Expected) (result simulateResult, err error) {
	// What ends the command ends the crowd gently, with its tally.
	hard, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	s.begun, s.before, s.told = time.Now(), lab.NewTally(), map[string]int64{}
	if s.crowd, err = s.carrier.Gather(hard, s.plan); err != nil {
		return result, withClear(err, s.clear(ctx))
	}
	s.tellParts()
	s.until(ctx, s.crowd.Settled(), s.coming)
	came := ctx.Err() == nil
	t, err := s.watch(ctx)
	if err = withClear(err, s.clear(ctx)); err != nil {
		return result, err
	}
	s.alarms(t)
	result = s.judge(t, expected, !came || ctx.Err() != nil)
	return result, nil
}

func withClear(err, clearing error) error {
	if err == nil {
		return clearing
	}
	if clearing != nil {
		return fmt.Errorf("%w; %w", err, clearing)
	}
	return err
}

// watch until the end of it all, at which the tally is final.
func (s *simulation) watch(ctx context.Context) (t *lab.Tally, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	began := time.Now()
	if s.command.For > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, s.command.For)
		defer stop()
	}
	last, quiet := 0, time.Duration(0)
	if s.operator != nil {
		played := make(chan struct{})
		go func() {
			defer close(played)
			s.play(ctx)
		}()
		s.until(context.Background(), played, func(t *lab.Tally) { s.watching(t, began) })
		if s.plan.Service != nil {
			last, quiet = s.played.Sent, afterEnd
		}
		s.over = s.plan.Service == nil && s.played.Err == nil
		if s.played.Err != nil {
			cancel() // nothing more comes
		}
	}
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		t, err = s.crowd.Finish(ctx, last, quiet)
	}()
	s.until(context.Background(), finished, func(t *lab.Tally) {
		s.watching(t, began)
		if s.overForOthers(t) {
			s.behind = t.Ready
			cancel()
		}
	})
	return t, err
}

// until done, or the end of ctx, it is looked how it stands, and shown.
func (s *simulation) until(ctx context.Context, done <-chan struct{}, show func(*lab.Tally)) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-ctx.Done():
			return
		case <-tick.C:
			t := s.crowd.Tally()
			s.alarms(t)
			show(t)
			s.keep.second(t)
			s.before = t
		}
	}
}

// overForOthers says that the match has ended, for some at least, and that nothing has
// come to anybody since.
func (s *simulation) overForOthers(t *lab.Tally) bool {
	b := s.before
	if t.Ended == 0 && !s.over || t.Ready == 0 || t.Ended != b.Ended || t.Bytes != b.Bytes || t.Ready != b.Ready || t.Away != b.Away || s.ended.IsZero() {
		s.ended = time.Now()
		return false
	}
	return time.Since(s.ended) > afterEnd+s.plan.Every
}

// tellParts says where users are carried, if that is not only here.
func (s *simulation) tellParts() {
	crowd, ok := s.crowd.(*fleet.Crowd)
	if !ok {
		return
	}
	for _, p := range crowd.Parts() {
		if p.Remote {
			s.line.tell(fmt.Sprintf("%s carries %d users; its clock is %s ahead, give or take %s, which is put right", p.Name, p.Users,
				shownDuration(p.Ahead), shownDuration(p.Within)))
		}
	}
}
