package cluster

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// Nodes hear of each other at once, and of who leaves; who dies is gone in 5 s.
func TestComeAndGo(t *testing.T) {
	inAWorld(t, func(w *world) {
		a := w.starts("a")
		w.knows(a, "a")
		b := w.starts("b")
		c := w.starts("c")
		for _, m := range []*machine{a, b, c} {
			w.knows(m, "a b c")
		}
		b.leaves()
		w.knows(a, "a c")
		w.knows(c, "a c")
		c.dies()
		passes(Gone - 2*Every)
		w.knows(a, "a c")
		passes(2 * Every)
		w.knows(a, "a")
		gone := a.All()
		if len(gone) != 3 || !gone[1].Left || gone[2].Left || gone[2].Gone < Gone || gone[2].Gone > Gone+Every {
			t.Errorf("those who are gone: %+v", gone)
		}
		if a.log.count("a node is gone", "name=c") != 1 || a.log.count("a node leaves", "name=b") != 1 || a.log.count("a node is gone", "name=b") != 0 {
			t.Errorf("the log says %s", a.log.text.String())
		}
		passes(forgotten)
		if left := a.All(); len(left) != 1 {
			t.Errorf("after ten minutes there are %+v", left)
		}
	})
}

// What a node says of itself reaches the others as it is; a drain at once.
func TestWhatIsSaid(t *testing.T) {
	inAWorld(t, func(w *world) {
		a, b := w.starts("a"), w.starts("b", func(o *Options) { o.TCP = []int{9100, 9101} })
		b.has(Load{Watchers: 7, Limit: 100, Heard: 3})
		passes(Every)
		want := Node{Name: "b", Run: b.Run(), Version: "1.2", Host: "b.example", HTTP: 8888, TCP: []int{9100, 9101}, Watchers: 7, Limit: 100}
		got := a.Nodes()[1]
		if !slices.Equal(got.TCP, want.TCP) {
			t.Errorf("the ports are %v", got.TCP)
		}
		got.TCP, want.TCP = nil, nil
		if !equal(got, want) {
			t.Errorf("b is %+v, want %+v", got, want)
		}
		b.has(Load{Draining: true, Heard: 3})
		b.Changed()
		w.knows(a, "a b-")
		w.knows(b, "a b-")
	})
}

func equal(a, b Node) bool {
	a.TCP, b.TCP = nil, nil
	return a.Name == b.Name && a.Run == b.Run && a.Version == b.Version && a.Host == b.Host && a.HTTP == b.HTTP &&
		a.Watchers == b.Watchers && a.Limit == b.Limit && a.Draining == b.Draining && a.Self == b.Self && a.Lagging == b.Lagging && a.Gone == b.Gone
}

// A node that was started again takes its place at once; nobody takes both for
// twins.
func TestStartedAgain(t *testing.T) {
	inAWorld(t, func(w *world) {
		a, b := w.starts("a"), w.starts("b")
		_, before := a.Others()
		b.dies()
		passes(Every)
		again := w.starts("b")
		w.knows(a, "a b")
		w.knows(again, "a b")
		if _, alive := a.Heard(b.Run()); alive {
			t.Error("the run before is alive")
		}
		if _, alive := a.Heard(again.Run()); !alive {
			t.Error("the new run is not")
		}
		if alive, joined := a.Others(); alive != 1 || joined != before+1 {
			t.Errorf("%d are alive, %d have come, before %d", alive, joined, before)
		}
		passes(2 * Gone)
		if again.Twin() || a.Twin() || again.log.count("has the name") > 0 {
			t.Error("it takes its earlier run for a twin")
		}
		if n := len(a.All()); n != 2 {
			t.Errorf("a knows %d", n)
		}
	})
}

// Two nodes of one name notice, and say it once; others list both.
func TestTwins(t *testing.T) {
	inAWorld(t, func(w *world) {
		a, one, two := w.starts("a"), w.starts("b"), w.starts("b")
		passes(3 * Every)
		if !one.Twin() || !two.Twin() || a.Twin() {
			t.Errorf("twins: %v, %v; a: %v", one.Twin(), two.Twin(), a.Twin())
		}
		w.knows(a, "a b b")
		w.knows(one, "a b b")
		_, before := a.Others()
		passes(20 * Every)
		if _, joined := a.Others(); joined != before {
			t.Errorf("they come and go: %d times", joined-before)
		}
		for _, m := range []*machine{one, two} {
			if n := m.log.count("level=ERROR", "has the name of this one", "--node"); n != 1 {
				t.Errorf("it is said %d times", n)
			}
		}
		two.leaves()
		passes(Gone)
		if one.Twin() {
			t.Error("the twin has left")
		}
	})
}

// A node that is cut off is gone for the others and they for it; when it is back
// all is as before.
func TestCutOff(t *testing.T) {
	inAWorld(t, func(w *world) {
		a, b := w.starts("a"), w.starts("b")
		b.cut.Store(true)
		passes(Gone + Every)
		w.knows(a, "a")
		w.knows(b, "b")
		if b.log.count("cannot be told") != 1 {
			t.Errorf("the log says %s", b.log.text.String())
		}
		_, before := a.Others()
		b.cut.Store(false)
		passes(Every)
		w.knows(a, "a b")
		w.knows(b, "a b")
		if _, joined := a.Others(); joined != before+1 {
			t.Errorf("%d have come, before %d", joined, before)
		}
		if b.log.count("told again") != 1 {
			t.Errorf("the log says %s", b.log.text.String())
		}
	})
}

// Who does not hear of a record within seconds of another lags; who is a second
// behind does not.
func TestLagging(t *testing.T) {
	inAWorld(t, func(w *world) {
		a, b := w.starts("a"), w.starts("b")
		for i := range uint64(10) { // b hears of all a second later
			a.has(Load{Heard: 10 + i})
			b.has(Load{Heard: 9 + i})
			passes(Every)
			w.knows(a, "a b")
			w.knows(b, "a b")
		}
		a.has(Load{Heard: 30})
		passes(lags + 3*Every)
		w.knows(a, "a b?")
		w.knows(b, "a b?")
		b.has(Load{Heard: 30})
		passes(Every)
		w.knows(a, "a b")
		w.knows(b, "a b")
		a.has(Load{Heard: 40}) // and it is removed, before b comes to it
		passes(held - Every)
		w.knows(b, "a b?")
		passes(lags)
		w.knows(b, "a b")
	})
}

// Nobody fills the memory by names, and what is no heartbeat is counted.
func TestTooMany(t *testing.T) {
	inAWorld(t, func(w *world) {
		a := w.starts("a")
		for i := range mostNodes + 10 {
			b := beat{V: 1, Name: "x", Run: newID(), Seq: uint64(i + 1)}
			if err := w.store.Publish(w.Context(), beatTopic, b.encode()); err != nil {
				t.Fatal(err)
			}
			if i%100 == 0 {
				synctest.Wait() // until it has heard them
			}
		}
		passes(time.Millisecond)
		a.mu.Lock()
		n := len(a.mu.known)
		a.mu.Unlock()
		if n != mostNodes || a.Counts.Refused.Load() != 10 {
			t.Errorf("%d are known, %d refused", n, a.Counts.Refused.Load())
		}
		w.store.Publish(w.Context(), beatTopic, []byte("{}"))
		w.store.Publish(w.Context(), askTopic, []byte("{}"))
		passes(time.Millisecond)
		if a.Counts.Refused.Load() != 12 || a.log.count("is not understood") != 2 {
			t.Errorf("%d refused; %s", a.Counts.Refused.Load(), a.log.text.String())
		}
	})
}
