package pumptest

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/pump"
)

// long is a time within which nobody leaves whose turn is not now.
const long = 1000 * time.Hour

// polite is a watcher who is told why he has to go.
func (r *rig) polite() pump.Watch {
	w := r.join()
	w.Farewell = func(why pump.Reason) []byte { return []byte("<" + why.String() + ">") }
	return w
}

// politely attaches n of them, who have read what they begin with.
func (r *rig) politely(n int) []peer {
	r.Helper()
	all := make([]peer, n)
	for i := range all {
		all[i] = r.attach(r.polite())
		r.reads(all[i], string(status(r.last)(true)))
	}
	return all
}

// hear publishes an event, which all of these get.
func (r *rig) hear(all []peer) {
	r.Helper()
	from := len(r.want)
	r.publish(1, 20)
	for _, c := range all {
		r.reads(c, string(r.want[from:]))
	}
}

// gone reads the end of one who is told this last.
func (r *rig) gone(c peer, farewell pump.Reason) {
	r.Helper()
	r.reads(c, "<"+farewell.String()+">")
	r.ends(c)
	r.leaves(farewell)
}

// drains begins a drain; done is closed when it is over.
func (r *rig) drains(over time.Duration) (done <-chan struct{}) {
	r.pump.Drain(over)
	drained := make(chan struct{})
	go func() {
		r.pump.Drained(context.Background())
		close(drained)
	}()
	return drained
}

// undrain: who has not gone yet stays and misses nothing, who comes stays, and
// the drain is over for who waits for it; it can be had again.
func undrain(t *testing.T, open opener) {
	const n = 20
	r := newRig(t, open(defaults))
	r.pump.Undrain() // of nothing
	r.pump.Drained(context.Background())
	all := make([]peer, n)
	for i := range all {
		all[i] = r.attach(r.watch())
	}
	over := r.drains(long)
	select {
	case <-over:
		t.Fatal("the drain is over, and everybody is there")
	default:
	}
	late := r.attach(r.polite())
	r.reads(late, "<status 0>")
	r.gone(late, pump.Draining)
	r.publish(3, 100)
	r.pump.Undrain()
	<-over
	for _, c := range all {
		r.reads(c, string(r.want)) // that was published while it drained
	}
	all = append(all, r.politely(1)...)
	r.hear(all)
	r.pump.Drain(0)
	r.pump.Drained(context.Background())
	for range n + 1 {
		r.leaves(pump.Draining)
	}
	r.pump.Undrain()
	c := r.politely(1)
	r.hear(c)
	c[0].Close()
	r.leaves(pump.Left)
	r.settled(n + 1 + 1 + 1)
}

// undrainAfterCut: a drain that has cut off somebody can be taken back, too.
func undrainAfterCut(t *testing.T, open opener) {
	r := newRig(t, open(defaults))
	r.attachSmall(r.watch())
	r.publish(500, 4000)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r.pump.Drain(long)
	r.pump.Drained(ctx)
	r.leaves(pump.Draining)
	r.pump.Undrain()
	all := r.politely(3)
	r.hear(all)
	for _, c := range all {
		c.Close()
		r.leaves(pump.Left)
	}
	r.settled(4)
}

// shedShare: of a crowd to whom events come in bursts, exactly a share is sent
// away, each at a frame's border with a farewell; the others get everything.
func shedShare(t *testing.T, open opener) {
	const watchers = 137
	r := newRig(t, open(defaults))
	read := make(chan struct{}, watchers)
	var readers sync.WaitGroup
	for range watchers {
		w := r.watch()
		w.Farewell = func(why pump.Reason) []byte { return []byte("<" + why.String() + ">") }
		c := r.attach(w)
		readers.Go(func() {
			if err := follow(c, r.lane, "<shed>", "<ended>", make([]byte, 16<<10), read); err != "" {
				t.Error(err)
			}
		})
	}
	there := watchers
	for _, percent := range []int{1, 10, 50, 99, 100} {
		for r.counts.Active() != uint64(there) { // all are attached, or gone
			runtime.Gosched()
		}
		r.publish(3, 3000)
		want := (there*percent + 99) / 100
		if percent == 100 {
			want = 0
			r.finish(feed.Over) // the others, in peace
			break
		}
		if got := r.pump.Shed(percent, 20*time.Millisecond); got != want {
			t.Fatalf("%d%% of %d are said to be %d, want %d", percent, there, got, want)
		}
		r.publish(10, 3000)
		for range want {
			r.leaves(pump.Shed)
		}
		there -= want
	}
	for range there {
		r.leaves(pump.Ended)
	}
	readers.Wait()
	if got := r.counts.Closed(pump.Shed); got != uint64(watchers-there) {
		t.Errorf("%d are counted as shed, want %d", got, watchers-there)
	}
	r.settled(watchers)
}

// shedTwice: who is to go already is not counted among those who are there.
func shedTwice(t *testing.T, open opener) {
	r := newRig(t, open(defaults))
	all := r.politely(10)
	for _, step := range []struct{ percent, want int }{{50, 5}, {1, 1}, {50, 2}, {100, 2}, {100, 0}} {
		if got := r.pump.Shed(step.percent, long); got != step.want {
			t.Fatalf("%d%% of those who stay are %d, want %d", step.percent, got, step.want)
		}
	}
	r.hear(all) // it is not their turn yet
	r.pump.Undrain()
	r.hear(all)
	if got := r.pump.Shed(100, 0); got != 10 {
		t.Fatalf("all are %d, want 10", got)
	}
	for _, c := range all {
		r.gone(c, pump.Shed)
	}
	r.settled(10)
}

// shedInADrain is nobody; and a drain takes with it who is to be shed.
func shedInADrain(t *testing.T, open opener) {
	r := newRig(t, open(defaults))
	r.attach(r.watch())
	over := r.drains(long)
	if got := r.pump.Shed(100, 0); got != 0 {
		t.Errorf("%d were shed in a drain", got)
	}
	r.pump.Undrain()
	<-over
	if got := r.pump.Shed(100, long); got != 1 {
		t.Errorf("%d are shed of one", got)
	}
	r.pump.Drain(0)
	r.pump.Drained(context.Background())
	r.leaves(pump.Draining)
	r.settled(1)
}

// meanwhile is a context that ends when it is waited for, and something else happens
// just before.
type meanwhile struct {
	context.Context // has ended
	happens         func()
}

func (m meanwhile) Done() <-chan struct{} {
	m.happens()
	return m.Context.Done()
}

// drainedLate: the time that a drain was given has nothing to do with who stays since
// it was taken back, nor with those to whom another drain gives more.
func drainedLate(t *testing.T, open opener) {
	r := newRig(t, open(defaults))
	all := r.politely(5)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for range 20 { // where both may be seen first, by chance
		r.pump.Drain(long)
		r.pump.Drained(meanwhile{ended, func() { r.pump.Drain(long) }})
		r.hear(all)
		r.pump.Drained(meanwhile{ended, r.pump.Undrain})
		r.hear(all)
	}
	r.pump.Drain(long)
	r.pump.Drained(ended)
	for _, c := range all {
		r.leaves(pump.Draining)
		c.Close()
	}
	r.settled(5)
}

// drainTwice: of two drains the last one's time counts, and both are over.
func drainTwice(t *testing.T, open opener) {
	r := newRig(t, open(defaults))
	r.attach(r.watch())
	over := r.drains(long)
	r.pump.Drain(0)
	r.pump.Drained(context.Background())
	<-over
	r.leaves(pump.Draining)
	r.settled(1)
}

// aging: nobody gets older than MaxAge, neither who came at first nor later.
func aging(t *testing.T, open opener) {
	const n = 100
	r := newRig(t, open(pump.Options{SendTimeout: time.Minute, MaxAge: 200 * time.Millisecond}))
	for range 3 {
		all := make([]peer, n)
		for i := range all {
			w := r.watch()
			w.Farewell = func(why pump.Reason) []byte { return []byte("<" + why.String() + ">") }
			all[i] = r.attach(w)
		}
		r.publish(1, 20)
		for _, c := range all {
			if err := follow(c, r.lane, "<shed>", "<shed>", make([]byte, 4<<10), nil); err != "" {
				t.Fatal(err)
			}
			r.leaves(pump.Shed)
		}
	}
	r.settled(3 * n)
}
