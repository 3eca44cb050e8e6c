package jetstream

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"matchstream/internal/store"
	"matchstream/internal/store/storetest"
)

// TestForgottenDeletion: a Watch that was cut off for longer than deletions are kept
// ends, rather than go on as if it had missed nothing; one that was away for less
// hears of them.
func TestForgottenDeletion(t *testing.T) {
	t.Parallel()
	at := oneServer(t)
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	other, err := Dial(t.Context(), at, Login{}, Options{Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for _, forgotten := range []bool{false, true} {
		proxy := storetest.NewProxy(t, strings.TrimPrefix(at, "nats://"))
		s, err := Dial(t.Context(), "nats://"+proxy.Address(), Login{}, Options{Log: quiet, Look: 50 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		var passed atomic.Int64
		s.now = func() time.Time { return time.Now().Add(time.Duration(passed.Load())) }
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		changes, ready, ended := make(chan store.Entry, 10), make(chan struct{}), make(chan error, 1)
		go func() { ended <- s.Watch(ctx, func() { close(ready) }, func(e store.Entry) { changes <- e }) }()
		<-ready
		revision, err := other.Put(ctx, "match/a", []byte("1"), 0)
		if err != nil {
			t.Fatal(err)
		}
		if e := <-changes; e.Revision != revision {
			t.Fatalf("told of revision %d, expected %d", e.Revision, revision)
		}
		proxy.Cut()
		if err := other.Delete(ctx, "match/a", revision); err != nil {
			t.Fatal(err)
		}
		if forgotten { // as its time does
			passed.Store(int64(24 * time.Hour))
			if err := other.link.Purge(ctx, CatalogueStream, EntrySubject("match/a")); err != nil {
				t.Fatal(err)
			}
		}
		proxy.Mend()
		select {
		case e := <-changes:
			if forgotten || e.Value != nil {
				t.Errorf("told of %v, expected that the Watch ends", e)
			}
		case err := <-ended:
			if !forgotten || !errors.Is(err, store.ErrUnavailable) {
				t.Errorf("the Watch ended: %v", err)
			}
			ended <- err
		}
		cancel()
		<-ended
		s.Close()
	}
}
