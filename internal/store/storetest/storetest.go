// Package storetest is what every implementation of store.Store must pass: a
// test for each sentence of the contract.
package storetest

import (
	"context"
	"testing"
	"time"

	"matchstream/internal/store"
)

// Opener opens the same data each time, after the last store on it was closed.
type Opener func(t *testing.T) store.Store

// Suite is how an implementation is tested.
type Suite struct {
	// New makes an opener of new, empty data.
	New func(t *testing.T) Opener
	// Lasts says that the data is there again when it is opened anew.
	Lasts bool
	// Network starts servers, where stores reach them over a network; nil: there
	// are none.
	Network func(t *testing.T) Backend
}

// patience bounds a wait for what must happen; no test waits it out but a
// failing one.
const patience = 30 * time.Second

// Run runs all tests of the contract.
func Run(t *testing.T, s Suite) {
	tests := []struct {
		name string
		run  func(*testing.T, store.Store)
	}{
		{"append and read", appendAndRead},
		{"read from a number", readFrom},
		{"conflicts write nothing", conflicts},
		{"racing appenders", racingAppenders},
		{"any bytes and sizes", anyBytes},
		{"any key", anyKey},
		{"bad arguments", badArguments},
		{"journals", journals},
		{"end", end},
		{"purge", purge},
		{"purge and append again", purgeAndAppend},
		{"size", size},
		{"follow from a mark", followFrom},
		{"follow live", followLive},
		{"follow while many append", followMany},
		{"follow slowly", followSlowly},
		{"follow past a purge", followPurged},
		{"follow sees only what can be read", followThenRead},
		{"follow ends with its context", followEnds},
		{"follow may use the store", followUses},
		{"put and get", putAndGet},
		{"put conflicts", putConflicts},
		{"racing puts", racingPuts},
		{"delete", deleteEntry},
		{"put after delete", putAfterDelete},
		{"list", list},
		{"watch", watch},
		{"watch by several", watchSeveral},
		{"watch begins when it is called", watchBegins},
		{"watch ends with its context", watchEnds},
		{"messages", messages},
		{"bad messages", badMessages},
		{"context that has ended", endedContext},
		{"close", closeTwice},
		{"close ends follow and watch", closeEnds},
		{"history", history},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			st := s.New(t)(t)
			t.Cleanup(func() { closeStore(t, st) })
			test.run(t, st)
		})
	}
	if s.Lasts {
		t.Run("opened again", func(t *testing.T) { openedAgain(t, s.New(t)) })
		t.Run("opened again after purges", func(t *testing.T) { openedAfterPurge(t, s.New(t)) })
	}
	if s.Network != nil {
		t.Run("network", func(t *testing.T) { testNetwork(t, s.Network) })
	}
}

// within is a context of one test's calls.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func closeStore(t *testing.T, s store.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

// running runs one Follow or Watch beside the test.
type running struct {
	cancel context.CancelFunc
	done   chan error
}

// start runs f until the test stops it or ends.
func start(t *testing.T, f func(context.Context) error) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{cancel: cancel, done: make(chan error, 1)}
	go func() { r.done <- f(ctx) }()
	t.Cleanup(func() {
		cancel()
		r.end(t)
	})
	return r
}

// end waits until it has returned, and gives its error.
func (r *running) end(t *testing.T) error {
	t.Helper()
	err := receive(t, r.done, "the end of a Follow or Watch")
	r.done <- err // for the next who asks
	return err
}

// receive takes one value from a channel.
func receive[T any](t *testing.T, c <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatalf("%s did not come", what)
		panic("unreachable")
	}
}
