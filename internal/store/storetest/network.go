package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"matchstream/internal/store"
)

// Backend is servers that stores reach over a network; empty when it is made.
type Backend struct {
	// Addresses of the servers, host:port. One is enough.
	Addresses []string
	// Open opens a store, that of one node, which reaches the servers by these
	// addresses and no others. Its patience should be about a second.
	Open func(t *testing.T, addresses []string) store.Store
	// Wipe empties the servers' disks, as if they had been set up anew, at the same
	// addresses; it returns when they serve again. What is connected is cut off.
	Wipe func(t *testing.T)
}

// testNetwork runs the tests for stores over a network.
func testNetwork(t *testing.T, backend func(t *testing.T) Backend) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, Backend)
	}{
		{"two nodes append", twoNodes},
		{"an answer that was lost", answerLost},
		{"a follower that is cut off", followerCut},
		{"a follower that falls behind", followerBehind},
		{"another server", anotherServer},
		{"calls while all is cut", callsCut},
		{"calls without an answer", callsMuted},
		{"messages after a break", messagesAfterBreak},
		{"a store that was replaced", replaced},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, backend(t)) })
	}
}

// remote is a node's store behind proxies, one for each server.
type remote struct {
	store.Store
	proxies []*Proxy
}

// node opens a store behind proxies of its own.
func (b Backend) node(t *testing.T) *remote {
	t.Helper()
	r := &remote{}
	var addresses []string
	for _, to := range b.Addresses {
		p := NewProxy(t, to)
		r.proxies = append(r.proxies, p)
		addresses = append(addresses, p.Address())
	}
	r.Store = b.Open(t, addresses)
	t.Cleanup(func() { closeStore(t, r.Store) })
	return r
}

func (r *remote) cut() {
	for _, p := range r.proxies {
		p.Cut()
	}
}

func (r *remote) mute() {
	for _, p := range r.proxies {
		p.Mute()
	}
}

func (r *remote) mend() {
	for _, p := range r.proxies {
		p.Mend()
	}
}

// back waits until the store answers again.
func (r *remote) back(t *testing.T) {
	t.Helper()
	for ctx := within(t); ; {
		_, err := r.End(ctx)
		if err == nil {
			return
		}
		if !errors.Is(err, store.ErrUnavailable) || ctx.Err() != nil {
			t.Fatalf("End after the break: %v", err)
		}
	}
}

// twoNodes: each record has one winner, whichever node it came by.
func twoNodes(t *testing.T, b Backend) {
	race(t, b.node(t), b.node(t))
}

// answerLost: an append whose answer is lost is perhaps written. Who repeats it is
// told that it is, and it stands there once.
func answerLost(t *testing.T, b Backend) {
	one, other := b.node(t), b.node(t)
	f := follow(t, other, 0)
	w := &writer{s: one, key: keyA}
	want := w.fill(t, 2)
	for range 3 {
		one.mute()
		_, err := one.Append(within(t), keyA, w.mark, w.number+1, []byte("once"))
		is(t, "an append whose answer is lost", err, store.ErrUnknown)
		one.mend()
		one.back(t)
		_, err = one.Append(within(t), keyA, w.mark, w.number+1, []byte("once"))
		is(t, "the same again", err, store.ErrConflict)
		got := read(t, one, keyA, w.number+1)
		if len(got) != 1 || string(got[0].Data) != "once" {
			t.Fatalf("it stands there as %v", got)
		}
		want = append(want, got...)
		w.number, w.mark = got[0].Number, got[0].Mark
		want = append(want, w.append(t, "behind it"))
	}
	same(t, "read by the other", read(t, other, keyA, 1), want)
	same(t, "followed", f.take(t, len(want)), want)
	f.nothingElse(t)

	revision := put(t, one, "a", "first", 0)
	one.mute()
	_, err := one.Put(within(t), "a", []byte("second"), revision)
	one.mend()
	one.back(t)
	e, bad := one.Get(within(t), "a")
	switch {
	case bad != nil:
		t.Fatal(bad)
	case errors.Is(err, store.ErrUnavailable): // it had to look first
		wantEntry(t, one, "a", "first", revision)
	case !errors.Is(err, store.ErrUnknown):
		t.Fatalf("a put whose answer is lost: %v", err)
	case string(e.Value) != "second" && e.Revision != revision:
		t.Fatalf("it is %q, revision %d", e.Value, e.Revision)
	}
}

// followerCut: who is cut off goes on where he was, nothing missing, nothing twice.
func followerCut(t *testing.T, b Backend) {
	here, there := b.node(t), b.node(t)
	w := &writer{s: there, key: keyA}
	want := w.fill(t, 5)
	f, changes := follow(t, here, 0), watching(t, here)
	same(t, "before", f.take(t, len(want)), want)
	revision := uint64(0)
	for round := range 4 {
		more := w.fill(t, 3)
		if round%2 == 0 {
			same(t, "while all is well", f.take(t, len(more)), more)
			here.cut()
			more = nil
		} else {
			here.cut() // perhaps in the midst of them
		}
		more = append(more, w.fill(t, 40)...)
		revision = put(t, there, "a", fmt.Sprint(round), revision)
		here.mend()
		same(t, "after the break", f.take(t, len(more)), more)
		if e, _ := changes.until(t, "a", revision); string(e.Value) != fmt.Sprint(round) {
			t.Fatalf("the change came as %q", e.Value)
		}
		here.back(t)
		if got := read(t, here, keyA, w.number); len(got) != 1 {
			t.Fatalf("read %d records, followed one", len(got))
		}
	}
	f.nothingElse(t)
}

// followerBehind: a follower that is busy while many records come, and is cut off
// meanwhile, gets them all.
func followerBehind(t *testing.T, b Backend) {
	here, there := b.node(t), b.node(t)
	w := &writer{s: there, key: keyA}
	goOn := make(chan struct{})
	f := &follower{records: make(chan store.Record, 1<<16)}
	f.running = start(t, func(ctx context.Context) error {
		return here.Follow(ctx, 0, func(r store.Record) {
			f.records <- r
			if r.Number == 1 {
				<-goOn
			}
		})
	})
	want := w.fill(t, 1)
	f.take(t, 1)
	want = append(want, w.fill(t, 700)...)
	here.cut()
	want = append(want, w.fill(t, 700)...)
	here.mend()
	close(goOn)
	same(t, "behind", f.take(t, len(want)-1), want[1:])
	f.nothingElse(t)
}

// anotherServer: where there are several, one that cannot be reached is not missed.
func anotherServer(t *testing.T, b Backend) {
	here, there := b.node(t), b.node(t)
	w, own := &writer{s: there, key: keyA}, &writer{s: here, key: keyB}
	f := follow(t, here, 0)
	for _, p := range here.proxies {
		p.Cut()
		if len(here.proxies) == 1 {
			p.Mend() // the same again
		}
		want := w.fill(t, 20)
		same(t, "followed over another", f.take(t, len(want)), want)
		here.back(t)
		want = own.fill(t, 5)
		same(t, "written over another", f.take(t, len(want)), want)
		p.Mend()
	}
	f.nothingElse(t)
}

// outcomes calls everything at once while nobody answers, but for what is left
// out, and holds that each call ends by itself, with an error that is true.
func outcomes(t *testing.T, s store.Store, leftOut ...string) map[string]error {
	t.Helper()
	type outcome struct {
		name string
		err  error
	}
	ctx, c := within(t), make(chan outcome)
	n := 0
	for name, call := range calls(s) {
		if !slices.Contains(leftOut, name) {
			n++
			go func() { c <- outcome{name, call(ctx)} }()
		}
	}
	all := map[string]error{}
	for range n {
		o := <-c
		all[o.name] = o.err
	}
	for name, err := range all {
		writes := slices.Contains([]string{"Append", "Put", "Delete", "Purge"}, name)
		switch {
		case ctx.Err() != nil:
			t.Fatalf("a call does not end by itself; %s: %v", name, err)
		case errors.Is(err, store.ErrUnavailable), errors.Is(err, store.ErrUnknown) && writes:
		case name == "Publish" && err == nil: // nobody says that it was heard
		default:
			t.Fatalf("%s: %v, want ErrUnavailable (or, where something is written, ErrUnknown)", name, err)
		}
	}
	return all
}

// callsCut: no call waits for ever. What is surely not written, is not.
func callsCut(t *testing.T, b Backend) {
	s := b.node(t)
	want := (&writer{s: s, key: keyA}).fill(t, 2)
	f := follow(t, s, 0)
	same(t, "before", f.take(t, 2), want)
	revision := put(t, s, "a", "x", 0)
	s.cut()
	first := outcomes(t, s, "Purge", "Delete") // these may take effect late
	known := outcomes(t, s, "Purge", "Delete") // by now it is known that all is cut
	s.mend()
	s.back(t)
	surely := func(name string) bool {
		return errors.Is(first[name], store.ErrUnavailable) && errors.Is(known[name], store.ErrUnavailable)
	}
	if got := read(t, s, keyB, 1); surely("Append") && len(got) > 0 {
		t.Fatalf("Append said %v, and has written", known["Append"])
	}
	if e, err := s.Get(within(t), "b"); surely("Put") && !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("Put said %v, and has written: %v, %v", known["Put"], e, err)
	}
	same(t, "after it", read(t, s, keyA, 1), want)
	wantEntry(t, s, "a", "x", revision)
	w := &writer{s: s, key: keyA, number: 2, mark: want[1].Mark}
	last := w.fill(t, 3)[2]
	for receive(t, f.records, "the last record").Mark != last.Mark { // what was perhaps written comes, too
	}
}

// callsMuted: the same where requests arrive, and answers do not.
func callsMuted(t *testing.T, b Backend) {
	s := b.node(t)
	want := (&writer{s: s, key: keyA}).fill(t, 2)
	put(t, s, "a", "x", 0)
	s.mute()
	outcomes(t, s, "Purge")
	s.mend()
	s.back(t)
	same(t, "after it", read(t, s, keyA, 1), want)
	s.mute()
	if err := s.Purge(within(t), keyA); !errors.Is(err, store.ErrUnknown) && !errors.Is(err, store.ErrUnavailable) {
		t.Fatalf("Purge: %v", err)
	}
	s.mend()
	s.back(t)
	if err := s.Purge(within(t), keyA); err != nil {
		t.Fatal(err)
	}
	same(t, "purged", read(t, s, keyA, 1), nil)
}

// messagesAfterBreak: who subscribes hears what is sent after a break, too.
func messagesAfterBreak(t *testing.T, b Backend) {
	here, there := b.node(t), b.node(t)
	heard := make(chan struct{}, 1<<16)
	var last atomic.Value
	ready := make(chan struct{})
	start(t, func(ctx context.Context) error {
		return here.Subscribe(ctx, "a", func() { close(ready) }, func(m []byte) {
			last.Store(string(m))
			heard <- struct{}{}
		})
	})
	receive(t, ready, "ready")
	for round := range 3 {
		here.cut()
		publish(t, there, "a", "lost")
		here.mend()
		here.back(t)
		for message := fmt.Sprint("after break ", round); last.Load() != message; {
			publish(t, there, "a", message)
			if _, err := here.End(within(t)); err != nil { // an answer, behind what may have been sent
				t.Fatal(err)
			}
		}
	}
}

// replaced: who follows or watches is told, and the new store is one like any other.
func replaced(t *testing.T, b Backend) {
	s := b.node(t)
	w := &writer{s: s, key: keyA}
	want := w.fill(t, 3)
	put(t, s, "a", "x", 0)
	f, changes := follow(t, s, 0), watching(t, s)
	same(t, "before", f.take(t, 3), want)
	b.Wipe(t)
	is(t, "Follow", f.end(t), store.ErrReplaced)
	is(t, "Watch", changes.end(t), store.ErrReplaced)
	if _, err := s.Append(within(t), keyA, w.mark, 4, nil); err == nil {
		t.Fatal("a record was written behind one that is no more")
	}
	anew := b.node(t)
	same(t, "in the new one", read(t, anew, keyA, 1), nil)
	wantList(t, anew, "")
	f = follow(t, anew, 0)
	want = (&writer{s: anew, key: keyA}).fill(t, 3)
	same(t, "followed", f.take(t, 3), want)
}
