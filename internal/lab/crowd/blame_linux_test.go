package crowd

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/faulty"
)

// inLoop has the loop of a crowd do something, and waits until it has.
func inLoop(c lab.Crowd, do func(l *loop)) {
	done := make(chan struct{})
	l := c.(*crowd).loop
	if l.post(func() { do(l); close(done) }) {
		<-done
	}
}

// blames expects what is found when the match has ended for all.
func blames(t *testing.T, c lab.Crowd, want map[string]int64) *lab.Tally {
	t.Helper()
	tally := finish(t, c, 0)
	for code, n := range want {
		if tally.Errors[code] != n {
			t.Errorf("errors %v, expected %v: %+v", tally.Errors, want, tally.Findings)
		}
	}
	if len(tally.Errors) != len(want) {
		t.Errorf("errors %v, expected %v: %+v", tally.Errors, want, tally.Findings)
	}
	return tally
}

// Who stops being told while others are told more is found when the crowd just leaves.
func TestStalledAtTheEnd(t *testing.T) {
	t.Parallel()
	s := wrongServer(t, faulty.Fault{Do: faulty.Stall, Event: 3, Watchers: 2})
	p := planFor(s, 4, lab.TCP)
	p.Patience = 300 * time.Millisecond
	c := gatherAll(t, p)
	await(t, s, 4)
	happen(t, s, "start", "comment", "comment", "comment")
	for settled := uint32(0); settled < 4; {
		inLoop(c, func(l *loop) {
			if len(l.sums.settled) > 1 {
				settled = l.sums.settled[1]
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	tally, err := c.Finish(ctx, 0, 0)
	if err != nil || tally.Errors[lab.Missing] != 4 || len(tally.Errors) != 1 {
		t.Errorf("%v, %v, expected what two watchers lack of the last two: %+v", tally.Errors, err, tally.Findings)
	}
}

// To be sent away again is an error only soon after having been let in.
func TestSentAwayAgain(t *testing.T) {
	t.Parallel()
	for soon, want := range map[bool]map[string]int64{true: {lab.CutOff: 1}, false: {}} {
		second, away := make(chan struct{}), make(chan struct{})
		s := script(t, func(c *said) {
			c.sse()
			switch c.nth {
			case 1:
				c.send(blockAt(5, "status"), "retry: 100\n\n")
			case 2:
				close(second)
				<-away
				c.send("retry: 100\n\n")
			default:
				c.send(blockAt(6, "stop"))
			}
		})
		c := gatherAll(t, planAt(s, lab.SSE))
		<-second
		inLoop(c, func(l *loop) {
			if w := &l.watchers[0]; !soon {
				w.dialed -= int64(time.Minute)
			}
		})
		close(away)
		blames(t, c, want)
	}
}

// Whoever reads slowly hears the close that came meanwhile; and that the service cuts him
// for his slowness is his own doing.
func TestSlowIsClosed(t *testing.T) {
	t.Parallel()
	for code, outpaced := range map[int]int64{1012: 0, 4408: 1} {
		s := script(t, func(c *said) {
			c.ws()
			if c.nth == 1 {
				c.send(messageAt(5, "status"), messageAt(6, "goal"), closeAt(code))
				c.Conn.(*net.TCPConn).CloseWrite()
				c.hold()
				return
			}
			c.send(messageAt(7, "stop"), closeAt(1000))
		})
		p := planAt(s, lab.WebSocket)
		p.Slow, p.Every = 1, 200*time.Millisecond
		if tally := blames(t, gatherAll(t, p), map[string]int64{}); tally.Outpaced != outpaced || tally.Ended != 1 {
			t.Errorf("%d: outpaced %d, ended %d", code, tally.Outpaced, tally.Ended)
		}
	}
}

// A watcher who lost his connection many times, but watched for long between, comes back.
func TestComesBackAfterLong(t *testing.T) {
	cut := make(chan struct{})
	s := script(t, func(c *said) {
		if c.nth == 1 {
			c.send(statusAt(5, "first"))
			<-cut
			return
		}
		c.send(eventAt(6, "stop"))
	})
	c := gatherAll(t, planAt(s, lab.TCP))
	inLoop(c, func(l *loop) {
		w := &l.watchers[0]
		w.tries, w.dialed = mostTries, w.dialed-int64(time.Hour)
	})
	close(cut)
	if tally := blames(t, c, map[string]int64{lab.CutOff: 1}); tally.Ended != 1 {
		t.Error("he has given up")
	}
}

// What came while the loop did not run is not judged as if it had run.
func TestJudgedAfterStall(t *testing.T) {
	t.Parallel()
	slept, ready := make(chan struct{}), make(chan struct{})
	s := script(t, func(c *said) {
		c.send(statusAt(5, "first"))
		<-slept
		c.send(statusAt(9, "first"), eventAt(10, "stop"))
		c.Conn.(*net.TCPConn).CloseWrite()
		close(ready)
		c.hold()
	})
	c := gatherAll(t, planAt(s, lab.TCP))
	inLoop(c, func(l *loop) {
		close(slept)
		<-ready
		l.begun = l.begun.Add(-tooLate - 4*beat) // so much has passed for it
	})
	blames(t, c, map[string]int64{})
}

// Whoever waits when the loop was late is given a second time, but not a third.
func TestPatientWhenLate(t *testing.T) {
	asked, answer := make(chan struct{}), make(chan struct{})
	s := script(t, func(c *said) {
		close(asked)
		<-answer
		c.send(statusAt(5, "first"), eventAt(6, "stop"))
		c.Conn.(*net.TCPConn).CloseWrite()
		c.hold()
	})
	c, err := Carrier{}.Gather(t.Context(), planAt(s, lab.TCP))
	if err != nil {
		t.Fatal(err)
	}
	<-asked
	inLoop(c, func(l *loop) {
		l.late = l.now
		l.due(&l.watchers[0])
	})
	close(answer)
	blames(t, c, map[string]int64{})
}

// Whoever cannot come back since this machine has no ports lacks nothing through the
// service.
func TestOwnIsNotMissing(t *testing.T) {
	t.Parallel()
	cut := make(chan struct{})
	s := script(t, func(c *said) {
		if c.send(statusAt(0, "first")); c.nth == 1 {
			<-cut
			return
		}
		c.send(eventAt(1, "comment"))
		c.hold()
	})
	p := planAt(s, lab.TCP)
	p.Users, p.AtOnce = 1, 1
	c := gatherAll(t, p)
	inLoop(c, func(l *loop) { l.sources.given = []netip.Addr{netip.MustParseAddr("198.51.100.1")} })
	close(cut)
	for c.Tally().Own[lab.NoPorts] == 0 {
	}
	tally, err := c.Finish(t.Context(), 1, 10*time.Millisecond)
	if err != nil || tally.Errors[lab.Missing] != 0 || tally.Errors[lab.CutOff] != 1 {
		t.Errorf("%v, %v: %+v", tally.Errors, err, tally.Findings)
	}
}

// A name that cannot be looked up is looked up once, and is not the service's fault.
func TestUnknownName(t *testing.T) {
	s := script(t, func(c *said) {
		body := `{"port":9999,"host":"nowhere.invalid"}`
		if strings.HasSuffix(c.ask, "/matches") {
			body = `["` + game + `"]`
		}
		c.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n\r\n" + body)
	})
	p := planAt(s, lab.TCP)
	p.Users, p.API, p.Lines = 3, true, nil
	c := gatherAll(t, p)
	var ours *lookupError
	inLoop(c, func(l *loop) {
		remembered := l.calls.unknown["nowhere.invalid:9999"]
		if _, again := l.calls.target(l.ctx, "nowhere.invalid:9999"); !errors.As(again, &ours) || again != remembered {
			t.Errorf("%v, remembered was %v", again, remembered)
		}
	})
	if tally := finish(t, c, 0); len(tally.Errors) > 0 || tally.Own[lab.OwnFailure] != 3 {
		t.Errorf("%v, own %v", tally.Errors, tally.Own)
	}
}

// With a plan of arrivals it counts from when somebody was to come, not from when there
// was a place for him.
func TestWaitsForAPlace(t *testing.T) {
	t.Parallel()
	first := make(chan struct{})
	s := script(t, func(c *said) {
		if c.nth == 1 {
			<-first
		}
		c.send(statusAt(5, "first"))
		c.hold()
	})
	p := planAt(s, lab.TCP)
	p.Users, p.AtOnce, p.Over = 2, 1, time.Millisecond
	c, err := Carrier{}.Gather(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	const long = 300 * time.Millisecond
	inLoop(c, func(l *loop) { l.begun = l.begun.Add(-long) }) // so much has passed for it
	close(first)
	<-c.Settled()
	if tally := finish(t, c, 0, "at once"); tally.Enter.Min() < long {
		t.Errorf("one entered after %v, expected both to have waited", tally.Enter.Min())
	}
}

// What is due before a service of lines can have let a watcher in is not owed to him.
func TestNotOwedYet(t *testing.T) {
	ready, seen := make(chan struct{}), make(chan struct{})
	s := script(t, func(c *said) {
		<-ready
		if c.nth == 1 {
			c.send("some " + marked17(1) + "\n")
		}
		<-seen
		c.send("some "+marked17(2)+"\n", "some "+marked17(3)+"\n")
		c.hold()
	})
	p := planAt(s, lab.TCP)
	p.Users, p.Service = 2, &lab.Service{Hello: "SUB\n"}
	c := gatherAll(t, p)
	close(ready)
	for c.Tally().Events == 0 {
	}
	close(seen)
	if tally := finish(t, c, 3); len(tally.Errors) > 0 {
		t.Errorf("%v: %+v", tally.Errors, tally.Findings)
	}
}

// A list in chunks is looked through once it may be whole, and does not grow for ever.
func TestBodyInChunks(t *testing.T) {
	a := answer{chunked: true}
	text := "3\r\n[\"a\r\n2\r\n\"]\r\n0\r\n\r\n"
	for n := range len(text) {
		if _, whole, err := a.body([]byte(text[:n]), false); whole || err != nil {
			t.Errorf("%q: whole %v, %v", text[:n], whole, err)
		}
	}
	if body, whole, err := a.body([]byte(text), false); string(body) != `["a"]` || !whole || err != nil {
		t.Errorf("%q, whole %v, %v", body, whole, err)
	}
	if _, _, err := a.body(make([]byte, mostBody+1), false); !errors.Is(err, errTooLong) {
		t.Error(err)
	}
}

// Whoever was asked to come back in a while waits for that long.
func TestRetry(t *testing.T) {
	t.Parallel()
	s := script(t, func(c *said) {
		c.sse()
		c.send(blockAt(5, "status"), "retry: 30000\n\n")
	})
	c := gatherAll(t, planAt(s, lab.SSE))
	for waits := false; !waits; {
		inLoop(c, func(l *loop) {
			if w := &l.watchers[0]; w.stage == lost {
				waits = true
				if in := time.Duration(w.due - l.now); in < 20*time.Second {
					t.Errorf("he comes back in %v", in)
				}
			}
		})
	}
	finish(t, c, 0, "at once")
	for digits, want := range map[string]uint32{"0": 0, "2000": 2000, "60001": mostRetry, "99999999999999999999": mostRetry} {
		if got := retryIn([]byte(digits)); got != want {
			t.Errorf("%s: %d", digits, got)
		}
	}
}
