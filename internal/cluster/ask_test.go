package cluster

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// obeys is what a node is that does what it is told.
func obeys(o *Options) {
	o.Answer = func(ctx context.Context, verb string, args []string) (string, error) {
		switch verb {
		case "drain":
			return o.Name + " drains " + strings.Join(args, " "), nil
		case "wait":
			<-ctx.Done()
			return "", ctx.Err()
		}
		return "", errors.New("expected drain or wait,\nand not " + verb)
	}
}

func TestAsk(t *testing.T) {
	inAWorld(t, func(w *world) {
		a, b := w.starts("a", obeys), w.starts("b", obeys)
		w.starts("c")
		for _, to := range []string{"a", "b"} {
			answer, err := a.Ask(w.Context(), to, "drain", []string{"10%"})
			if err != nil || answer != to+" drains 10%" {
				t.Errorf("%s answers %q, %v", to, answer, err)
			}
		}
		var refused *RefusedError
		_, err := a.Ask(w.Context(), "b", "dance", nil)
		if !errors.As(err, &refused) || refused.Node != "b" || refused.Text != "expected drain or wait, and not dance" {
			t.Errorf("b: %v", err)
		}
		if _, err = a.Ask(w.Context(), "c", "drain", nil); !errors.As(err, &refused) {
			t.Errorf("c: %v", err)
		}
		_, err = a.Ask(w.Context(), "d", "drain", nil)
		if !errors.Is(err, ErrNoNode) || err.Error() != `no node called "d" is alive; there are: a, b, c` {
			t.Errorf("d: %v", err)
		}
		for _, verb := range []string{"", "Drain", strings.Repeat("x", 33)} {
			if _, err = a.Ask(w.Context(), "b", verb, nil); err == nil || !strings.Contains(err.Error(), "verb") {
				t.Errorf("%q: %v", verb, err)
			}
		}
		if _, err = a.Ask(w.Context(), "b", "wait", nil); !errors.Is(err, ErrNoAnswer) && !errors.As(err, &refused) {
			t.Errorf("who waits: %v", err)
		}
		b.dies()
		if _, err = a.Ask(w.Context(), "b", "drain", nil); !errors.Is(err, ErrNoAnswer) || !strings.Contains(err.Error(), "perhaps") {
			t.Errorf("who is dead: %v", err)
		}
		passes(Gone)
		if _, err = a.Ask(w.Context(), "b", "drain", nil); !errors.Is(err, ErrNoNode) {
			t.Errorf("who is gone: %v", err)
		}
		w.starts("c")
		passes(2 * Every)
		if _, err = a.Ask(w.Context(), "c", "drain", nil); !errors.Is(err, ErrTwins) {
			t.Errorf("twins: %v", err)
		}
	})
}

// Only so many questions are answered at once; the next is refused, not piled up.
func TestTooManyQuestions(t *testing.T) {
	inAWorld(t, func(w *world) {
		a := w.starts("a", obeys)
		for range mostAsked {
			go a.Ask(w.Context(), "a", "wait", nil) //nolint:errcheck // it will not be answered
		}
		passes(1)
		var refused *RefusedError
		if _, err := a.Ask(w.Context(), "a", "drain", nil); !errors.As(err, &refused) || !strings.Contains(err.Error(), "too many") {
			t.Errorf("one more: %v", err)
		}
		passes(patience)
		if _, err := a.Ask(w.Context(), "a", "drain", nil); err != nil {
			t.Errorf("later: %v", err)
		}
	})
}

// slow is a store that takes a node's answers late: held counts those that it has in
// hand.
type slow struct {
	Messages
	held atomic.Int64
}

func (s *slow) Publish(ctx context.Context, topic string, message []byte) error {
	if topic == askTopic {
		s.held.Add(1)
		defer s.held.Add(-1)
		<-ctx.Done()
	}
	return ctx.Err()
}

// A flood of questions is no flood of goroutines: beyond some that are answered and
// some that are refused they are dropped, and counted, though the store takes nothing.
func TestFloodOfQuestions(t *testing.T) {
	inAWorld(t, func(w *world) {
		a := w.starts("a", obeys)
		stuck := &slow{Messages: w.store}
		b := w.starts("b", obeys, func(o *Options) { o.Messages = stuck })
		for range 1000 {
			q := note{V: form, ID: newID(), To: b.run, By: a.run, Verb: "drain"}
			if err := w.store.Publish(w.Context(), askTopic, encode(q)); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if n := stuck.held.Load(); n > mostAsked+mostRefused {
			t.Errorf("%d answers are waiting to be sent, expected at most %d", n, mostAsked+mostRefused)
		}
		if n := b.Counts.Refused.Load(); n != 1000-mostAsked-mostRefused {
			t.Errorf("%d are counted as refused", n)
		}
	})
}
