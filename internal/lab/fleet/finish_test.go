package fleet

import (
	"context"
	"testing"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/crowd"
	"matchstream/internal/lab/faulty"
)

// A part to which nothing comes waits as long as something comes to another.
func TestQuietOverAll(t *testing.T) {
	busy, idle := &fake{more: true}, &fake{}
	crowd := newCrowd([]*part{piped(t, busy, lab.Plan{Users: 1, Match: "missing"}), piped(t, idle, lab.Plan{Users: 1, Match: "missing"})}, func() {})
	final := make(chan *lab.Tally, 1)
	go func() {
		tally, err := crowd.Finish(t.Context(), 1, 50*time.Millisecond)
		if err != nil {
			t.Error(err)
		}
		final <- tally
	}()
	asked := func() int {
		idle.mu.Lock()
		defer idle.mu.Unlock()
		return idle.got.asked
	}
	// Far more looks than there are in the quiet time.
	for asked() < 15 {
		select {
		case <-final:
			t.Fatal("it ended while events came")
		case <-time.After(time.Millisecond):
		}
	}
	busy.mu.Lock()
	busy.more = false
	busy.mu.Unlock()
	if tally := <-final; tally.Been != 2 || len(tally.Own) != 0 {
		t.Errorf("%+v", tally)
	}
	if idle.got.quiet < time.Hour {
		t.Errorf("a part was to go by itself after %v", idle.got.quiet)
	}
}

// One part alone looks itself.
func TestQuietAlone(t *testing.T) {
	f := &fake{}
	crowd := newCrowd([]*part{piped(t, f, lab.Plan{Users: 1})}, func() {})
	if _, err := crowd.Finish(t.Context(), 1, 7*time.Second); err != nil || f.got.quiet != 7*time.Second {
		t.Errorf("quiet for %v, %v", f.got.quiet, err)
	}
}

// Settled is when all parts are.
func TestSettled(t *testing.T) {
	late := &fake{settling: make(chan struct{})}
	parts := []*part{piped(t, &fake{}, lab.Plan{Users: 1}), piped(t, late, lab.Plan{Users: 1})}
	crowd := newCrowd(parts, func() {})
	await(t, "the first part", parts[0].settled)
	if closed(crowd.Settled()) {
		t.Error("settled before all parts are")
	}
	close(late.settling)
	await(t, "settled", crowd.Settled())
}

// What a server has stopped sending to some is missing, in however many parts they are;
// where the crowd is interrupted, nobody knows.
func TestMissingOverAll(t *testing.T) {
	for _, interrupted := range []bool{false, true} {
		s, err := faulty.Start(faulty.Fault{Do: faulty.Stall, Event: 3, Watchers: 2})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		var parts []*part
		for first := range 2 {
			parts = append(parts, piped(t, crowd.Carrier{}, lab.Plan{Users: 2, First: 2 * first, AtOnce: 2, Server: s.URL(), Match: faulty.Match}))
		}
		c := newCrowd(parts, func() {})
		await(t, "settled", c.Settled())
		if err := s.Await(t.Context(), 4); err != nil {
			t.Fatal(err)
		}
		for mark := range 4 {
			if _, err := s.Happen("comment", string(lab.AppendMark(nil, mark+1, time.Now()))); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		want := int64(4)
		if interrupted {
			cancel()
			want = 0
		}
		tally, err := c.Finish(ctx, 4, 500*time.Millisecond)
		cancel()
		if err != nil || tally.Errors[lab.Missing] != want {
			t.Errorf("interrupted %v: %v, %v, expected %d missing", interrupted, tally.Errors, err, want)
		}
	}
}
