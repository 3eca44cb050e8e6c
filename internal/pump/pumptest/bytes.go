package pumptest

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"net"
	"runtime"
	"sync"
	"testing"

	"matchstream/internal/feed"
	"matchstream/internal/pump"
)

// everyByte: bursts of events of all sizes to many, some of whom read slowly,
// and some of whom come back again and again. The hash of what each got is the
// feed's.
func everyByte(t *testing.T, open opener) {
	const watchers, bursts = 200, 150
	r := newRig(t, open(defaults))
	random := rand.New(rand.NewPCG(1, 2))
	var readers sync.WaitGroup
	hashes := make([]hash.Hash, watchers)
	for i := range watchers {
		hashes[i] = sha256.New()
		switch i % 4 {
		case 0, 1:
			c := r.attach(r.watch())
			readers.Go(func() { readAll(t, c, hashes[i], make([]byte, 64<<10)) })
		case 2: // a little at a time, with little room
			c := r.attachSmall(r.watch())
			readers.Go(func() { readAll(t, c, hashes[i], make([]byte, 1+i)) })
		case 3:
			w, c := &returning{rig: r, into: hashes[i], random: rand.New(rand.NewPCG(3, uint64(i)))}, r.attach(r.watch())
			readers.Go(func() { w.readAll(c) })
		}
	}
	for range bursts {
		for range 1 + random.IntN(10) {
			r.publish(1, random.IntN(1<<random.IntN(12)))
		}
		runtime.Gosched()
	}
	r.finish(feed.Over)
	readers.Wait()
	want := sha256.Sum256(r.want)
	for i, h := range hashes {
		if got := h.Sum(nil); !bytes.Equal(got, want[:]) {
			t.Errorf("watcher %d got other bytes than the feed has", i)
		}
	}
	r.pump.Close() // those who left are counted out, too
	r.settled(r.counts.Opened())
}

// readAll reads to the end.
func readAll(t *testing.T, c net.Conn, into hash.Hash, buffer []byte) {
	for n, err := 0, error(nil); err == nil; {
		n, err = c.Read(buffer)
		into.Write(buffer[:n])
		if err != nil && !errors.Is(err, io.EOF) {
			t.Error(err)
		}
	}
	c.Close()
}

// returning is a watcher who leaves in the middle of something, and comes back
// behind the last frame that he has whole.
type returning struct {
	*rig
	into   hash.Hash
	random *rand.Rand
	last   int64 // event
}

func (w *returning) readAll(c peer) {
	for {
		frames, most := bufio.NewReader(c), 1+w.random.IntN(200)
		for range most {
			frame, err := frames.ReadBytes('>')
			if err == io.EOF && len(frame) == 0 {
				c.Close()
				return
			}
			if err != nil {
				w.Errorf("behind event %d: %v after %q", w.last, err, clip(frame))
				return
			}
			w.into.Write(frame)
			fmt.Sscanf(string(frame), "<event %d", &w.last)
		}
		if w.random.IntN(2) == 0 {
			c.SetLinger(0)
		}
		c.Close()
		w.lane.Acquire()
		at, ok := w.lane.View().Resume(w.last)
		if !ok {
			w.Errorf("event %d is not there", w.last)
			return
		}
		server, client, err := dialPair(w.pump)
		if err != nil {
			w.Error(err)
			return
		}
		w.pump.Attach(server, pump.Watch{Cursor: at, Stream: &pump.Stream{Lane: w.lane, Counts: &w.counts}})
		c = client
	}
}
