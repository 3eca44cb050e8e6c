package feed_test

import (
	"slices"
	"sync"
	"testing"

	"matchstream/internal/feed"

	"pgregory.net/rapid"
)

// told notes the last event of the lane whenever it is told of a change.
type told struct {
	lane *feed.Lane
	mu   sync.Mutex
	of   []int64
	more sync.Cond
}

func subscriber(l *feed.Lane) *told {
	s := &told{lane: l}
	s.more.L = &s.mu
	return s
}

func (s *told) Changed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.of = append(s.of, s.lane.View().Last)
	s.more.Broadcast()
}

// upTo waits until it was told of an event, and returns all it was told of.
func (s *told) upTo(event int64) []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.of) == 0 || s.of[len(s.of)-1] < event {
		s.more.Wait()
	}
	return slices.Clone(s.of)
}

// gap is the first event behind from that is missing; 0: none is.
func gap(all []int64, from int64) int64 {
	want := from + 1
	for _, n := range all {
		if n > want {
			return want
		}
		want = max(want, n+1)
	}
	return 0
}

// Whatever is stored, whoever is subscribed is told once, and nobody else.
func TestSubscribersAreToldOfEveryChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := lane(0)
		all := []*told{subscriber(l), subscriber(l), subscriber(l)}
		want, in := make([]int, len(all)), make([]bool, len(all))
		n := int64(0)
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			i := rapid.IntRange(0, len(all)-1).Draw(t, "who")
			switch what := rapid.SampledFrom([]string{"append", "status", "finish", "comes or goes"}).Draw(t, "what"); what {
			case "comes or goes":
				if in[i] {
					l.Unsubscribe(all[i])
				} else {
					l.Subscribe(all[i])
				}
				in[i] = !in[i]
				continue
			case "append":
				n++
				l.Append([]feed.Frame{frameOf(n)}, status(n), feed.Open)
			case "status":
				l.SetStatus(status(n))
			case "finish":
				l.Finish(feed.Stale)
			}
			for i := range all {
				if in[i] {
					want[i]++
				}
			}
		}
		for i, s := range all {
			if len(s.of) != want[i] {
				t.Fatalf("%d was told %d times, want %d", i, len(s.of), want[i])
			}
		}
	})
}

// While events come, others come and go: whoever has subscribed hears of each
// event from then on.
func TestNoChangeIsLostAmongSubscribers(t *testing.T) {
	const rounds, each = 200, 4
	const far = 5_000_000 // events that nobody needs: somebody is told of none
	l := lane(0)
	stays := subscriber(l)
	l.Subscribe(stays)
	var coming sync.WaitGroup
	for range each {
		coming.Go(func() {
			for range rounds {
				s := subscriber(l)
				l.Subscribe(s)
				from := l.View().Last
				all := s.upTo(from + 3)
				l.Unsubscribe(s)
				if missing := gap(all, from); missing > 0 {
					t.Errorf("subscribed at %d, told of %v: %d is missing", from, all, missing)
				}
			}
		})
	}
	over := make(chan struct{})
	go func() {
		coming.Wait()
		close(over)
	}()
	n := int64(0)
	for going := true; going; {
		n++
		l.Append([]feed.Frame{frameOf(n)}, status(n), feed.Open)
		if n%1000 == 0 {
			l.Forget(0)
		}
		if n == far {
			t.Fatal("somebody who has subscribed is not told any more")
		}
		select {
		case <-over:
			going = false
		default:
		}
	}
	if missing := gap(stays.of, 0); missing > 0 || stays.of[len(stays.of)-1] != n {
		t.Errorf("%d is missing, or the last of %d", missing, n)
	}
}

// Many who come and go at once do not undo one another.
func TestSubscribersAtOnce(t *testing.T) {
	l := lane(0)
	var stay, gone []*told
	var coming sync.WaitGroup
	for i := range 64 {
		s := subscriber(l)
		if i%2 == 0 {
			stay = append(stay, s)
		} else {
			gone = append(gone, s)
		}
		coming.Go(func() {
			l.Subscribe(s)
			if i%2 == 1 {
				l.Unsubscribe(s)
			}
		})
	}
	coming.Wait()
	l.Append([]feed.Frame{frameOf(1)}, status(1), feed.Over)
	for _, s := range stay {
		if !slices.Equal(s.of, []int64{1}) {
			t.Errorf("one who stayed was told %v", s.of)
		}
	}
	for _, s := range gone {
		if len(s.of) > 0 {
			t.Errorf("one who had gone was told %v", s.of)
		}
	}
}
