package pumptest

import (
	"bytes"
	"crypto/sha256"
	"io"
	"sync"
	"testing"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/pump"
)

type opener = func(pump.Options) pump.Pump

func order(t *testing.T, open opener) {
	r := newRig(t, open(defaults))
	r.publish(3, 10)
	c := r.attach(r.watch())
	r.reads(c, string(r.want))
	before := len(r.want)
	for range 100 {
		r.publish(1, 100)
	}
	r.reads(c, string(r.want[before:]))
	r.finish(feed.Over)
	r.ends(c)
	r.leaves(pump.Ended)
	r.settled(1)
	if got := r.counts.Deliveries(); got != 103 {
		t.Errorf("%d deliveries counted, want 103", got)
	}
	if got := r.counts.Bytes(); got != uint64(len(r.want)) {
		t.Errorf("%d bytes counted, want %d", got, len(r.want))
	}
}

func headComesFirst(t *testing.T, open opener) {
	r := newRig(t, open(defaults))
	r.publish(3, 10)
	c := r.attach(r.join())
	r.publish(1, 10)
	r.reads(c, "<status 3><event 4 xxxxxxxxxx>")
	c.Close()
	r.leaves(pump.Left)
	r.settled(1)
}

func endOfAMatch(t *testing.T, open opener) {
	r := newRig(t, open(defaults))
	w := r.watch()
	w.Farewell = func(why pump.Reason) []byte { return []byte("<" + why.String() + ">") }
	c := r.attach(w)
	r.publish(1, 1)
	r.finish(feed.Over)
	r.reads(c, string(r.want)+"<ended>")
	r.ends(c)
	r.leaves(pump.Ended)

	// One who comes when it is over is given what is there, and the end.
	late := r.attach(r.join())
	r.reads(late, "<status 1>")
	r.ends(late)
	r.leaves(pump.Ended)
	r.settled(2)
}

func deleted(t *testing.T, open opener) {
	r := newRig(t, open(defaults))
	w := r.watch()
	w.Farewell = func(why pump.Reason) []byte { return []byte("<" + why.String() + ">") }
	c := r.attach(w)
	r.publish(2, 1)
	r.finish(feed.Gone)
	r.reads(c, string(r.want)+"<deleted>")
	r.ends(c)
	r.leaves(pump.Deleted)
	r.settled(1)
}

// manyWatchers join, leave and read at their own pace while events come; the
// hash of what each got is that of the feed's bytes.
func manyWatchers(t *testing.T, open opener) {
	const watchers, events = 100, 500
	r := newRig(t, open(defaults))
	var readers sync.WaitGroup
	hashes := make([][32]byte, watchers)
	for i := range watchers {
		c := r.attach(r.watch())
		readers.Go(func() {
			h := sha256.New()
			if _, err := io.CopyBuffer(h, io.MultiReader(c), make([]byte, 1+i*37)); err != nil {
				t.Error(err)
			}
			h.Sum(hashes[i][:0])
		})
	}
	for range events {
		r.publish(1, 200)
	}
	r.finish(feed.Over)
	readers.Wait()
	want := sha256.Sum256(r.want)
	for i, got := range hashes {
		if got != want {
			t.Errorf("watcher %d got other bytes than the feed has", i)
		}
	}
	for range watchers {
		r.leaves(pump.Ended)
	}
	r.settled(watchers)
}

// catchUp: one who stood still while the others went on is given all of it,
// in few calls.
func catchUp(t *testing.T, open opener) {
	r := newRig(t, open(defaults))
	r.publish(2000, 100)
	c := r.attach(r.watch())
	r.reads(c, string(r.want))
	if writes := r.counts.Writes(); writes > 100 {
		t.Errorf("%d calls for 2,000 frames that lay together", writes)
	}
	c.Close()
	r.leaves(pump.Left)
	r.settled(1)
}

// lag: beyond it there is a fresh status at a frame border, and it goes on
// from there.
func lag(t *testing.T, open opener) {
	r := newRig(t, open(pump.Options{SendTimeout: time.Minute, Lag: 10}))
	w := r.watch()
	w.Cursor.Exempt = 0
	c := r.attachSmall(w)
	r.publish(2000, 4000) // more than the kernel takes (tcp_wmem: up to 4 MB)
	seen := make([]byte, 0, len(r.want))
	buffer := make([]byte, 64<<10)
	for !bytes.HasSuffix(seen, status(2000)(true)) {
		n, err := c.Read(buffer)
		seen = append(seen, buffer[:n]...)
		if err != nil {
			t.Fatalf("after %q: %v", clip(seen), err)
		}
		if bytes.HasSuffix(seen, r.want[len(r.want)-4010:]) {
			t.Fatal("all events came: it never was too far behind")
		}
	}
	before, _, ok := bytes.Cut(seen, []byte("<status"))
	if !ok || !bytes.HasPrefix(r.want, before) || len(before) > 0 && before[len(before)-1] != '>' {
		t.Fatalf("before the status: %q, which is no run of whole frames", clip(before))
	}
	r.publish(1, 10)
	r.reads(c, "<event 2001 xxxxxxxxxx>")
	if r.counts.Refreshes() == 0 {
		t.Error("no refresh was counted")
	}
	c.Close()
	r.leaves(pump.Left)
	r.settled(1)
}

func resumeNotCut(t *testing.T, open opener) {
	r := newRig(t, open(pump.Options{SendTimeout: time.Minute, Lag: 10}))
	r.publish(2000, 100)
	c := r.attach(r.watch())
	r.reads(c, string(r.want))
	c.Close()
	r.leaves(pump.Left)
	r.settled(1)
}

// forgotten: the bytes at a cursor are gone; at a frame border that is a lag
// like any other.
func forgotten(t *testing.T, open opener) {
	r := newRig(t, open(defaults))
	w := r.watch()
	r.publish(100, 100)
	r.lane.Forget(10)
	c := r.attach(w)
	r.reads(c, "<status 100>")
	r.publish(1, 1)
	r.reads(c, "<event 101 x>")
	c.Close()
	r.leaves(pump.Left)
	r.settled(1)
}
