package redis

import (
	"context"
	"errors"
	"syscall"
	"testing"
	"time"

	"matchstream/internal/store"
	"matchstream/internal/store/storetest"
)

// is holds that an error is one of the contract's and not another.
func is(t *testing.T, what string, err, want error) {
	t.Helper()
	for _, e := range []error{store.ErrConflict, store.ErrUnavailable, store.ErrUnknown, store.ErrNotFound, store.ErrReplaced, store.ErrClosed} {
		if got := errors.Is(err, e); got != (e == want || errors.Is(want, e)) {
			t.Fatalf("%s: error %v, want %v", what, err, want)
		}
	}
}

func appended(t *testing.T, s *Store, after store.Mark, n int64) store.Mark {
	t.Helper()
	mark, err := s.Append(within(t), key, after, n, []byte(payload(n)))
	if err != nil {
		t.Fatal(err)
	}
	return mark
}

// TestGone: while no server is there, it is known that nothing was written; when it
// is back, all goes on by itself.
func TestGone(t *testing.T) {
	srv := serve(t)
	s := srv.open()
	mark := appended(t, s, 0, 1)
	shown := make(chan store.Record, 10)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Follow(ctx, 0, func(r store.Record) { shown <- r }) }()
	<-shown
	srv.kill()
	unavailable(t, s, mark)
	srv.start()
	readAgain(t, s)
	appended(t, s, mark, 2)
	if r := <-shown; r.Number != 2 {
		t.Fatalf("record %d was shown, want 2", r.Number)
	}
	cancel()
	if err := <-done; err != context.Canceled {
		t.Fatal(err)
	}
}

// unavailable tries each call until it is refused as surely not written: the first may
// have been under way when the server went.
func unavailable(t *testing.T, s *Store, mark store.Mark) {
	t.Helper()
	for ctx := within(t); ; {
		_, err := s.Append(ctx, key, mark, 2, nil)
		if !errors.Is(err, store.ErrUnknown) {
			is(t, "Append", err, store.ErrUnavailable)
			break
		}
		if ctx.Err() != nil {
			t.Fatal(err)
		}
	}
	_, err := s.Put(within(t), "a", nil, 0)
	is(t, "Put", err, store.ErrUnavailable)
	is(t, "Purge", s.Purge(within(t), key), store.ErrUnavailable)
	_, err = s.Read(within(t), key, 1)
	is(t, "Read", err, store.ErrUnavailable)
	_, err = s.End(within(t))
	is(t, "End", err, store.ErrUnavailable)
	is(t, "Publish", s.Publish(within(t), "a", nil), store.ErrUnavailable)
}

// TestFrozen: a server that takes what is sent and says nothing. Nobody waits longer
// than his patience, and of a write it is said that it is not known.
func TestFrozen(t *testing.T) {
	srv := serve(t)
	s := srv.open(func(o *Options) { o.Patience = 200 * time.Millisecond })
	mark := appended(t, s, 0, 1)
	srv.signal(syscall.SIGSTOP)
	_, err := s.Append(context.Background(), key, mark, 2, []byte(payload(2)))
	is(t, "Append", err, store.ErrUnknown)
	_, err = s.Read(context.Background(), key, 1)
	is(t, "Read", err, store.ErrUnavailable)
	srv.signal(syscall.SIGCONT)
	records := readAgain(t, s)
	// It was sent once: either it is there, or it is not.
	if len(records) > 2 {
		t.Fatalf("%d records", len(records))
	}
	last := records[len(records)-1]
	appended(t, s, last.Mark, last.Number+1)
}

// TestFrozenBefore: a server that was frozen before there was a connection has got
// nothing, though the kernel takes connections for it.
func TestFrozenBefore(t *testing.T) {
	srv := serve(t)
	s := srv.open(func(o *Options) { o.Patience = 200 * time.Millisecond })
	mark := appended(t, s, 0, 1)
	srv.kill()
	unavailable(t, s, mark)
	srv.start()
	srv.signal(syscall.SIGSTOP)
	_, err := s.Append(within(t), key, mark, 2, nil)
	is(t, "Append", err, store.ErrUnavailable)
	srv.signal(syscall.SIGCONT)
	if records := readAgain(t, s); len(records) != 1 {
		t.Fatalf("%d records, want 1", len(records))
	}
}

// TestNeverRepeated: a write whose connection ends before its answer comes is not sent
// again, though the next connection is there at once: it would be told that it is in
// conflict, with itself.
func TestNeverRepeated(t *testing.T) {
	srv := serve(t)
	proxy := storetest.NewProxy(t, "127.0.0.1:"+srv.port)
	s := srv.open(func(o *Options) { o.URL, o.Patience = "redis://"+proxy.Address(), 10*time.Second })
	other := srv.open()
	written := make(chan store.Record, 10)
	ctx, cancel := context.WithCancel(context.Background())
	followed := make(chan error, 1)
	go func() { followed <- other.Follow(ctx, 0, func(r store.Record) { written <- r }) }()
	mark := appended(t, s, 0, 1)
	<-written
	proxy.Mute()
	ended := make(chan error, 1)
	go func() {
		_, err := s.Append(context.Background(), key, mark, 2, nil)
		ended <- err
	}()
	<-written
	proxy.Mend()
	is(t, "Append", <-ended, store.ErrUnknown)
	cancel()
	<-followed
}

func TestOpenGone(t *testing.T) {
	_, err := Open(within(t), Options{URL: "redis://user:sEcReT@127.0.0.1:" + freePort(t)})
	is(t, "Open", err, store.ErrUnavailable)
	noSecret(t, err)
}
