// Package pumptest is the tests that every kind of pump passes, over real
// sockets: what a watcher may rely on, and what a bad one may not do.
package pumptest

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/pump"
)

// Run runs all tests against the pumps that open makes.
func Run(t *testing.T, open func(pump.Options) pump.Pump) {
	for _, c := range []struct {
		name string
		test func(*testing.T, func(pump.Options) pump.Pump)
	}{
		{"Order", order},
		{"HeadComesFirst", headComesFirst},
		{"EndOfAMatch", endOfAMatch},
		{"Deleted", deleted},
		{"ManyWatchers", manyWatchers},
		{"EveryByteOfEveryBurst", everyByte},
		{"CatchUp", catchUp},
		{"LagIsAnsweredWithAStatus", lag},
		{"AResumeIsNotCutShort", resumeNotCut},
		{"OneByteAtATime", oneByteAtATime},
		{"TooSlow", tooSlow},
		{"TheSlowDoNotHarmTheOthers", slowAmongOthers},
		{"Heartbeats", heartbeats},
		{"HalfClose", halfClose},
		{"FullClose", fullClose},
		{"ClosedAfterAHalfClose", closedAfterHalf},
		{"Answers", answers},
		{"TheClientEndsIt", clientEnds},
		{"AnswersStandAtFrameBorders", answersAtBorders},
		{"ClosedAtAnyMoment", closedAtAnyMoment},
		{"Drain", drain},
		{"DrainOfAThousand", drainOfAThousand},
		{"DrainOfAStuckOne", drainStuck},
		{"AttachWhileDraining", attachWhileDraining},
		{"DrainTwice", drainTwice},
		{"DrainedAfterTheDrainWasChanged", drainedLate},
		{"Undrain", undrain},
		{"UndrainAfterSomeWereCutOff", undrainAfterCut},
		{"ShedAShare", shedShare},
		{"ShedTwice", shedTwice},
		{"ShedInADrain", shedInADrain},
		{"MaxAge", aging},
		{"Forgotten", forgotten},
		{"APanicEndsOneWatch", panics},
		{"WhatIsSaidToBeSentIsWhatCame", sentIsWhatCame},
		{"WhatIsSaidToBeSentToTheSlow", sentToTheSlow},
		{"Churn", func(t *testing.T, open opener) { Churn(t, open, 40) }},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open) })
	}
}

// patience is how long a test waits for what must happen. Nothing is asserted
// about time: a test that passes never waits this long.
const patience = 30 * time.Second

var defaults = pump.Options{SendTimeout: time.Minute}

// rig is a lane, a pump and what is known of its watchers.
type rig struct {
	*testing.T
	pump   pump.Pump
	lane   *feed.Lane
	counts pump.Counts
	left   chan pump.Reason
	sent   chan pump.Sent // in the same order
	last   int64
	want   []byte // all frames so far
}

func newRig(t *testing.T, p pump.Pump) *rig {
	t.Cleanup(p.Close)
	return &rig{T: t, pump: p, lane: feed.NewLane(status(0)), left: make(chan pump.Reason, 10_000), sent: make(chan pump.Sent, 10_000)}
}

func status(n int64) func(bool) []byte {
	return func(bool) []byte { return fmt.Appendf(nil, "<status %d>", n) }
}

// publish appends n events of about size bytes.
func (r *rig) publish(n, size int) {
	for range n {
		r.last++
		frame := fmt.Appendf(nil, "<event %d %s>", r.last, bytes.Repeat([]byte{'x'}, size))
		r.want = append(r.want, frame...)
		r.lane.Append([]feed.Frame{{Event: r.last, Bytes: frame}}, status(r.last), feed.Open)
	}
}

func (r *rig) finish(end feed.End) { r.lane.Finish(end) }

// watch is a watcher who is given everything from the first event on.
func (r *rig) watch() pump.Watch {
	at, ok := r.lane.View().Resume(0)
	if !ok || !r.lane.Acquire() {
		r.Fatal("the lane cannot be watched")
	}
	return pump.Watch{Cursor: at, Stream: &pump.Stream{Lane: r.lane, Counts: &r.counts,
		Left: func(why pump.Reason, sent pump.Sent, _ pump.Ticket) {
			r.sent <- sent
			r.left <- why
		}}}
}

// join is a watcher who stands at the end.
func (r *rig) join() pump.Watch {
	w := r.watch()
	v := r.lane.View()
	w.Cursor, w.Head = v.Join(), v.Status(true)
	return w
}

// attach hands one end of a connection to the pump and returns the other.
func (r *rig) attach(w pump.Watch) peer {
	server, client := r.pair()
	r.pump.Attach(server, w)
	return client
}

// attachSmall is attach with little room on the client's side, so that
// a client who does not read is soon noticed.
func (r *rig) attachSmall(w pump.Watch) peer {
	server, client := r.pair()
	client.SetReadBuffer(16 << 10)
	r.pump.Attach(server, w)
	return client
}

// pair is two ends of a connection over loopback, for one test.
func (r *rig) pair() (server net.Conn, client peer) {
	server, client, err := dialPair(r.pump)
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { client.Close() })
	return server, client
}

// reads expects exactly these bytes next.
func (r *rig) reads(c io.Reader, want string) {
	r.Helper()
	got := make([]byte, len(want))
	n, err := io.ReadFull(c, got)
	if string(got[:n]) != want {
		r.Fatalf("read %q, %v\nwant %q", clip(got[:n]), err, clip([]byte(want)))
	}
}

// ends expects the end, and nothing before it, and closes as a client does.
func (r *rig) ends(c peer) {
	r.Helper()
	rest, err := io.ReadAll(c)
	c.Close()
	if len(rest) > 0 || err != nil {
		r.Fatalf("before the end came %q, %v", clip(rest), err)
	}
}

// leaves expects the next watch that ends to do so for this reason.
func (r *rig) leaves(want pump.Reason) {
	r.Helper()
	select {
	case got := <-r.left:
		if got != want {
			r.Fatalf("left because %v, want %v", got, want)
		}
	case <-time.After(patience):
		r.Fatalf("nobody left, want one %v", want)
	}
}

// settled expects that nothing is left of n watches.
func (r *rig) settled(n uint64) {
	r.Helper()
	if opened, active := r.counts.Opened(), r.counts.Active(); opened != n || active != 0 {
		r.Fatalf("%d watches were opened, %d are active, want %d and 0", opened, active, n)
	}
	if w := r.lane.Watchers(); w != 0 {
		r.Fatalf("the lane still counts %d watchers", w)
	}
}

func clip(b []byte) []byte {
	if len(b) > 300 {
		return append(append(append([]byte(nil), b[:150]...), "…"...), b[len(b)-150:]...)
	}
	return b
}
