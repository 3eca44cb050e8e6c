package pumptest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/pump"
)

func oneByteAtATime(t *testing.T, open opener) {
	r := newRig(t, open(defaults))
	c := r.attachSmall(r.watch())
	r.publish(50, 100)
	r.finish(feed.Over)
	var got []byte
	for one := make([]byte, 1); ; {
		n, err := c.Read(one)
		got = append(got, one[:n]...)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(got, r.want) {
		t.Fatalf("got %q", clip(got))
	}
	r.leaves(pump.Ended)
	r.settled(1)
}

// tooSlow: one who never reads is closed, and the reason is counted.
func tooSlow(t *testing.T, open opener) {
	r := newRig(t, open(pump.Options{SendTimeout: 50 * time.Millisecond}))
	c := r.attachSmall(r.watch())
	r.publish(500, 4000)
	r.leaves(pump.TooSlow)
	r.settled(1)
	if got := r.counts.Closed(pump.TooSlow); got != 1 {
		t.Errorf("%d closed for slowness were counted", got)
	}
	got, _ := io.ReadAll(c) // what the kernels held, and then a reset
	if !bytes.HasPrefix(r.want, got) {
		t.Error("the slow one got other bytes than the feed has")
	}
}

func slowAmongOthers(t *testing.T, open opener) {
	const events, size = 500, 4000
	r := newRig(t, open(defaults))
	slow := r.attachSmall(r.watch())
	others := make([]peer, 10)
	for i := range others {
		others[i] = r.attach(r.watch())
	}
	r.publish(events, size)
	r.finish(feed.Over)
	var readers sync.WaitGroup
	for _, c := range others {
		readers.Go(func() {
			got, err := io.ReadAll(c)
			c.Close()
			if err != nil || !bytes.Equal(got, r.want) {
				t.Errorf("another one got %d bytes of %d, %v", len(got), len(r.want), err)
			}
		})
	}
	readers.Wait()
	for range others {
		r.leaves(pump.Ended)
	}
	if active := r.counts.Active(); active != 1 {
		t.Errorf("%d are active, want the slow one", active)
	}
	slow.SetLinger(0)
	slow.Close()
	select {
	case why := <-r.left:
		if why != pump.Left && why != pump.Broken {
			t.Errorf("the slow one left because %v", why)
		}
	case <-time.After(patience):
		t.Error("the slow one is still there")
	}
	r.settled(11)
}

func heartbeats(t *testing.T, open opener) {
	r := newRig(t, open(pump.Options{SendTimeout: time.Minute, Heartbeat: time.Millisecond}))
	w := r.watch()
	w.Heartbeat = []byte("<beat>")
	c := r.attach(w)
	r.reads(c, "<beat><beat><beat>")
	r.publish(20, 3)
	r.finish(feed.Over)
	got, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	if rest := strings.ReplaceAll(string(got), "<beat>", ""); rest != string(r.want) {
		t.Errorf("without heartbeats there is %q", clip([]byte(rest)))
	}
	r.leaves(pump.Ended)
	r.settled(1)
}

func halfClose(t *testing.T, open opener) {
	r := newRig(t, open(defaults))
	w := r.watch()
	w.HalfClose = true
	c := r.attach(w)
	c.CloseWrite()
	r.publish(5, 10)
	r.reads(c, string(r.want))
	r.finish(feed.Over)
	r.ends(c)
	r.leaves(pump.Ended)
	r.settled(1)
}

func fullClose(t *testing.T, open opener) {
	r := newRig(t, open(defaults))
	c := r.attach(r.watch())
	r.publish(1, 10)
	r.reads(c, string(r.want))
	c.Close()
	r.leaves(pump.Left)
	r.settled(1)
}

// closedAfterHalf: one who shut down his side and is gone since is let go,
// though there is no event to tell it by.
func closedAfterHalf(t *testing.T, open opener) {
	r := newRig(t, open(pump.Options{SendTimeout: 20 * time.Millisecond}))
	w := r.watch()
	w.HalfClose = true
	c := r.attach(w)
	r.publish(1, 10)
	r.reads(c, string(r.want))
	c.CloseWrite()
	c.SetLinger(0) // what the kernel of one who closed sends in the end: a reset
	c.Close()
	r.leaves(pump.Left)
	r.settled(1)
}

func answers(t *testing.T, open opener) {
	r := newRig(t, open(defaults))
	w := r.watch()
	w.Hear = hearing(func(p []byte) ([]byte, pump.Reason) {
		return bytes.ToUpper(p), pump.Watching
	})
	c := r.attach(w)
	fmt.Fprint(c, "ping")
	r.reads(c, "PING")
	r.publish(1, 1)
	r.reads(c, string(r.want))
	c.Close()
	r.leaves(pump.Left)
	r.settled(1)
}

// clientEnds: what the client says ends the watch; the answer is the last it
// hears, and no farewell is added.
func clientEnds(t *testing.T, open opener) {
	r := newRig(t, open(defaults))
	w := r.watch()
	w.Hear = hearing(func([]byte) ([]byte, pump.Reason) { return []byte("<bye>"), pump.Misspoke })
	w.Farewell = func(pump.Reason) []byte { return []byte("<farewell>") }
	c := r.attach(w)
	fmt.Fprint(c, "nonsense")
	r.reads(c, "<bye>")
	r.ends(c)
	r.leaves(pump.Misspoke)
	r.settled(1)
}

func answersAtBorders(t *testing.T, open opener) {
	r := newRig(t, open(defaults))
	w := r.watch()
	w.Hear = hearing(func(p []byte) ([]byte, pump.Reason) {
		return bytes.Repeat([]byte("<pong>"), len(p)), pump.Watching
	})
	c := r.attach(w)
	var talk sync.WaitGroup
	talk.Go(func() {
		for range 100 {
			fmt.Fprint(c, "p")
		}
	})
	talk.Go(func() {
		r.publish(300, 3000)
	})
	var got []byte
	buffer := make([]byte, 1000)
	for bytes.Count(got, []byte("<pong>")) < 100 || bytes.Count(got, []byte("<event")) < 300 || got[len(got)-1] != '>' {
		n, err := c.Read(buffer)
		got = append(got, buffer[:n]...)
		if err != nil {
			t.Fatalf("%v after %q", err, clip(got))
		}
	}
	talk.Wait()
	if rest := bytes.ReplaceAll(got, []byte("<pong>"), nil); !bytes.Equal(rest, r.want) {
		t.Error("an answer stands inside a frame")
	}
	c.Close()
	r.leaves(pump.Left)
	r.settled(1)
}

// closedAtAnyMoment: after n bytes, for every n up to two frames and more.
func closedAtAnyMoment(t *testing.T, open opener) {
	r := newRig(t, open(defaults))
	r.publish(2, 10)
	for n := range len(r.want) + 1 {
		c := r.attach(r.watch())
		if _, err := io.CopyN(io.Discard, c, int64(n)); err != nil {
			t.Fatal(err)
		}
		if n%2 == 0 {
			c.SetLinger(0)
		}
		c.Close()
	}
	for range len(r.want) + 1 {
		select {
		case why := <-r.left:
			if why != pump.Left && why != pump.Broken {
				t.Fatalf("left because %v", why)
			}
		case <-time.After(patience):
			t.Fatal("one is still there")
		}
	}
	r.settled(uint64(len(r.want) + 1))
}

// drain: everyone ends at a frame border, though events keep coming.
func drain(t *testing.T, open opener) {
	const watchers = 50
	r := newRig(t, open(defaults))
	got := make([]bytes.Buffer, watchers)
	var readers sync.WaitGroup
	for i := range watchers {
		w := r.watch()
		w.Farewell = func(why pump.Reason) []byte { return []byte("<" + why.String() + ">") }
		c := r.attach(w)
		readers.Go(func() {
			if _, err := got[i].ReadFrom(c); err != nil {
				t.Error(err)
			}
		})
	}
	stop := make(chan struct{})
	var publisher sync.WaitGroup
	publisher.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				r.publish(1, 50)
			}
		}
	})
	r.pump.Drain(20 * time.Millisecond)
	r.pump.Drained(context.Background())
	close(stop)
	publisher.Wait()
	readers.Wait()
	for i := range got {
		frames, ok := bytes.CutSuffix(got[i].Bytes(), []byte("<draining>"))
		if !ok || !bytes.HasPrefix(r.want, frames) || len(frames) > 0 && frames[len(frames)-1] != '>' {
			t.Errorf("watcher %d ended with %q", i, clip(got[i].Bytes()))
		}
		r.leaves(pump.Draining)
	}
	r.settled(watchers)
}

// drainStuck: one who takes nothing does not keep the node from stopping.
func drainStuck(t *testing.T, open opener) {
	r := newRig(t, open(defaults))
	c := r.attachSmall(r.watch())
	r.publish(500, 4000)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r.pump.Drain(0)
	r.pump.Drained(ctx)
	r.leaves(pump.Draining)
	r.settled(1)
	got, _ := io.ReadAll(c)
	if !bytes.HasPrefix(r.want, got) {
		t.Error("the stuck one got other bytes than the feed has")
	}
}

func attachWhileDraining(t *testing.T, open opener) {
	r := newRig(t, open(defaults))
	r.pump.Drain(0)
	r.pump.Drained(context.Background())
	c := r.attach(r.watch())
	r.ends(c)
	r.leaves(pump.Draining)
	r.settled(1)
}

// panics: of who listens, or of who encodes. The watch is closed and told of,
// and the others go on.
func panics(t *testing.T, open opener) {
	told := make(chan any, 2)
	r := newRig(t, open(pump.Options{SendTimeout: time.Minute, Panicked: func(cause any) { told <- cause }}))
	other := r.attach(r.watch())
	w := r.watch()
	w.Hear = hearing(func([]byte) ([]byte, pump.Reason) { panic("hearing") })
	c := r.attach(w)
	fmt.Fprint(c, "something")
	r.leaves(pump.Broken)
	w = r.watch()
	w.Farewell = func(pump.Reason) []byte { panic("farewell") }
	r.attach(w)
	r.publish(1, 10)
	r.reads(other, string(r.want))
	other.Close()
	r.leaves(pump.Left)
	r.finish(feed.Over)
	r.leaves(pump.Broken)
	for _, want := range []string{"hearing", "farewell"} {
		if got := <-told; got != want {
			t.Errorf("told of %v, want %s", got, want)
		}
	}
	r.settled(3)
}
