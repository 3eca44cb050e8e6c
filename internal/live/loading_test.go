package live_test

import (
	"context"
	"errors"
	"testing"

	"matchstream/internal/store/memory"
)

// Who waits for a match that another is reading from a store that hangs may give
// up; the other has it in the end.
func TestGivingUpALoad(t *testing.T) {
	f, clock := newFaulty(memory.New()), newClock()
	l := clock.open(t, f)
	play(t, create(t, l), start, stop)
	catalogued(t, l, func() bool { return l.MarkedOver(id) })
	l.Close()
	l = clock.open(t, f)
	defer l.Close()
	reading, goOn := make(chan struct{}), make(chan struct{})
	f.set(func(op, _ string, do func() error) error {
		if op == "read" {
			close(reading)
			<-goOn
		}
		return do()
	})
	first := make(chan error, 1)
	go func() { _, err := l.Match(context.Background(), id); first <- err }()
	<-reading
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := l.Match(ctx, id); !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up is told %v", err)
	}
	close(goOn)
	must(t, <-first)
	f.set(healthy)
	must(t, func() error { _, err := l.Match(context.Background(), id); return err }())
}
