package pumptest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"testing"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/pump"
)

// sentIsWhatCame: what a pump says it gave to a client is what that client got,
// to the byte, however the watch went and ended.
func sentIsWhatCame(t *testing.T, open opener) {
	for name, s := range map[string]story{
		"a match from a join to its end": {told: func(r *rig, w *pump.Watch) {
			r.publish(2, 10)
			w.Cursor, w.First = r.lane.View().Join(), r.lane.View().Status(true)
		}, then: func(r *rig, c peer) {
			r.publish(5, 100)
			r.finish(feed.Over)
		}, why: pump.Ended, events: 5},
		"over before it began": {told: func(r *rig, w *pump.Watch) {
			r.publish(2, 10)
			r.finish(feed.Over)
			w.Cursor, w.First = r.lane.View().Join(), r.lane.View().Status(true)
		}, why: pump.Ended},
		"resumed in the middle": {told: func(r *rig, w *pump.Watch) {
			r.publish(20, 10)
			w.Cursor, _ = r.lane.View().Resume(7)
		}, then: func(r *rig, c peer) { r.finish(feed.Over) }, why: pump.Ended, events: 13},
		"resumed between an event and its status": {told: func(r *rig, w *pump.Watch) {
			r.publish(3, 10)
			r.correct()
			w.Cursor, _ = r.lane.View().Resume(4)
		}, then: func(r *rig, c peer) {
			r.correct()
			r.finish(feed.Over)
		}, why: pump.Ended, events: 1},
		"deleted": {then: func(r *rig, c peer) {
			r.publish(3, 1)
			r.finish(feed.Gone)
		}, why: pump.Deleted, events: 3},
		"drained": {then: func(r *rig, c peer) {
			r.publish(4, 1)
			r.pump.Drain(0)
			r.pump.Drained(context.Background())
		}, why: pump.Draining},
		"too far behind": {options: pump.Options{Lag: 10}, told: func(r *rig, w *pump.Watch) { w.Cursor.Exempt = 0 },
			then: func(r *rig, c peer) {
				r.publish(500, 4000) // more than the kernel takes
				r.finish(feed.Over)
			}, why: pump.Ended, refreshed: true},
		"too far behind for what is kept": {told: func(r *rig, w *pump.Watch) {
			r.publish(100, 100)
			r.lane.Forget(10)
		}, then: func(r *rig, c peer) {
			r.publish(3, 10)
			r.finish(feed.Over)
		}, why: pump.Ended, refreshed: true},
		"answered": {told: func(r *rig, w *pump.Watch) {
			w.Hear = hearing(func(p []byte) ([]byte, pump.Reason) { return bytes.Repeat([]byte("!"), len(p)), pump.Watching })
		}, then: func(r *rig, c peer) {
			fmt.Fprint(c, "????")
			r.publish(3, 10)
		}, until: func(got []byte) bool {
			return bytes.Count(got, []byte("!")) == 4 && bytes.HasSuffix(bytes.ReplaceAll(got, []byte("!"), nil), []byte("<event 3 xxxxxxxxxx>"))
		}, why: pump.Left, events: 3},
		"the client ended it": {told: func(r *rig, w *pump.Watch) {
			w.Hear = hearing(func(p []byte) ([]byte, pump.Reason) { return []byte("<bye>"), pump.Misspoke })
		}, then: func(r *rig, c peer) { fmt.Fprint(c, "?") }, why: pump.Misspoke},
		"a farewell that does not fit": {told: func(r *rig, w *pump.Watch) {
			w.Farewell = func(pump.Reason) []byte { return bytes.Repeat([]byte("bye "), 1<<20) }
		}, then: func(r *rig, c peer) {
			r.publish(1, 10)
			r.finish(feed.Over)
		}, why: pump.Ended, events: 1},
	} {
		t.Run(name, func(t *testing.T) { s.play(t, open) })
	}
}

// story of one watch. then happens once it is attached, before its client reads
// to the end; or, where until is set, until that is so, and closes.
type story struct {
	options   pump.Options
	told      func(*rig, *pump.Watch)
	then      func(*rig, peer)
	until     func([]byte) bool
	why       pump.Reason
	events    int // unless it was refreshed, or drained
	refreshed bool
}

func (s story) play(t *testing.T, open opener) {
	s.options.SendTimeout = time.Minute
	r := newRig(t, open(s.options))
	var refreshes int
	w := r.watch()
	w.Head = []byte("<head>")
	w.Farewell = func(why pump.Reason) []byte {
		if why == pump.Left {
			return nil // to whom?
		}
		return []byte("<" + why.String() + ">")
	}
	w.Refreshed = func(pump.Ticket) { refreshes++ } // read when it has left
	if s.told != nil {
		s.told(r, &w)
	}
	c := r.attachSmall(w)
	if s.then != nil {
		s.then(r, c)
	}
	var got []byte
	for buffer, err := make([]byte, 4<<10), error(nil); err == nil && (s.until == nil || !s.until(got)); {
		var n int
		n, err = c.Read(buffer)
		got = append(got, buffer[:n]...)
		if err != nil && err != io.EOF {
			t.Fatalf("%v after %q", err, clip(got))
		}
	}
	c.Close()
	r.leaves(s.why)
	sent := <-r.sent
	events := eventFrame.FindAllSubmatch(got, -1)
	if sent.Bytes != uint64(len(got)) || sent.Events != uint64(len(events)) {
		t.Errorf("said to be sent: %d bytes, %d events; what came has %d and %d: %q", sent.Bytes, sent.Events, len(got), len(events), clip(got))
	}
	if got := r.counts.Bytes(); got != sent.Bytes {
		t.Errorf("%d bytes are counted, %d were sent", got, sent.Bytes)
	}
	if got := r.counts.Deliveries(); got != sent.Events {
		t.Errorf("%d deliveries are counted, %d events were sent", got, sent.Events)
	}
	if !s.refreshed && s.why != pump.Draining && len(events) != s.events {
		t.Errorf("%d events came, want %d", len(events), s.events)
	}
	if s.refreshed != (refreshes > 0) || uint64(refreshes) != r.counts.Refreshes() {
		t.Errorf("told of %d refreshes, %d were counted", refreshes, r.counts.Refreshes())
	}
	if n := len(events); n > 0 {
		if last := string(events[n-1][1]); !s.refreshed && last != strconv.FormatInt(r.lane.View().Reached(sent.Cursor), 10) {
			t.Errorf("event %s came last; the cursor is said to have reached %d", last, r.lane.View().Reached(sent.Cursor))
		}
	}
	r.settled(1)
}

var eventFrame = regexp.MustCompile(`<event (\d+) x*>`)

// sentToTheSlow: of one who is cut off it is what the kernel took, which is more
// than came through.
func sentToTheSlow(t *testing.T, open opener) {
	for why, end := range map[pump.Reason]func(*rig){
		pump.TooSlow: func(*rig) {},
		pump.Draining: func(r *rig) {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			r.pump.Drain(0)
			r.pump.Drained(ctx)
		},
	} {
		t.Run(why.String(), func(t *testing.T) {
			timeout := 50 * time.Millisecond
			if why != pump.TooSlow {
				timeout = time.Minute
			}
			r := newRig(t, open(pump.Options{SendTimeout: timeout}))
			c := r.attachSmall(r.watch())
			r.publish(500, 4000)
			end(r)
			r.leaves(why)
			sent := <-r.sent
			got, _ := io.ReadAll(c)
			if sent.Bytes < uint64(len(got)) || sent.Bytes >= uint64(len(r.want)) || sent.Cursor.Offset != sent.Bytes {
				t.Fatalf("%d bytes are said to be sent, %d came of %d, the cursor is at %d", sent.Bytes, len(got), len(r.want), sent.Cursor.Offset)
			}
			if want := len(eventFrame.FindAll(r.want[:sent.Bytes], -1)); sent.Events != uint64(want) {
				t.Errorf("%d events are said to be sent, %d are whole in %d bytes", sent.Events, want, sent.Bytes)
			}
			r.settled(1)
		})
	}
}

// correct appends an event that is followed by a status.
func (r *rig) correct() {
	r.last++
	f := feed.Frame{Event: r.last, Bytes: fmt.Appendf(nil, "<event %d >", r.last), Status: status(r.last)(true)}
	r.want = append(append(r.want, f.Bytes...), f.Status...)
	r.lane.Append([]feed.Frame{f}, status(r.last), feed.Open)
}
