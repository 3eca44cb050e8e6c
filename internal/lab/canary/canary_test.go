package canary

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"matchstream/internal/lab"
	"matchstream/internal/lab/faulty"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const tooLong = 30 * time.Second

// cage is a server with a canary before it.
type cage struct {
	*testing.T
	server *faulty.Server
	canary *Canary
}

func sing(t *testing.T, f faulty.Fault, via lab.Protocol) *cage {
	t.Helper()
	s, err := faulty.Start(f)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	plan := lab.Plan{Server: s.URL(), Match: faulty.Match, Users: 10, Patience: tooLong}
	var requests []lab.Request
	for _, path := range []string{"/1/checkin", "/1/matches", "/1/match/" + faulty.Match + "/history"} {
		requests = append(requests, lab.Request{Name: path, URL: s.URL() + path})
	}
	c := Start(t.Context(), Options{Plan: plan, Via: via, Requests: requests, Every: 10 * time.Millisecond, Join: 20 * time.Millisecond})
	return &cage{t, s, c}
}

// until something holds of what was felt so far.
func (c *cage) until(what string, holds func(f *Felt) bool) {
	c.Helper()
	limit := time.After(tooLong)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		c.canary.mu.Lock()
		ok := holds(&c.canary.mu.felt)
		c.canary.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-tick.C:
		case <-limit:
			c.Fatalf("still not: %s: %+v", what, c.canary.mu.felt)
		}
	}
}

// play so many marked events to who is there.
func (c *cage) play(from, to int) {
	c.Helper()
	for n := from; n <= to; n++ {
		if _, err := c.server.Happen("comment", string(lab.AppendMark(nil, n, time.Now()))); err != nil {
			c.Fatal(err)
		}
	}
}

func (c *cage) started() {
	c.Helper()
	if _, err := c.server.Happen("start", ""); err != nil {
		c.Fatal(err)
	}
	if err := c.server.Await(c.Context(), 1); err != nil { // whoever was first is the one who watches, or has joined
		c.Fatal(err)
	}
	c.until("three joins", func(f *Felt) bool { return f.Enter.Count() >= 3 })
}

func (c *cage) finish(last int) Felt {
	c.Helper()
	f := c.canary.Finish(c.Context(), last, tooLong)
	return f
}

// A right server is not blamed, whatever the protocol, also when the match ends.
func TestRightServer(t *testing.T) {
	for _, via := range []lab.Protocol{lab.TCP, lab.SSE, lab.WebSocket} {
		t.Run(string(via), func(t *testing.T) {
			c := sing(t, faulty.Fault{}, via)
			c.started()
			c.play(1, 5)
			c.until("the events", func(f *Felt) bool { return f.Events == 5 && f.HTTP.Count() >= 3 })
			if _, err := c.server.Happen("stop", ""); err != nil {
				t.Fatal(err)
			}
			f := c.finish(5)
			if len(f.Errors)+len(f.Own)+len(f.Findings) > 0 || f.Event.Count() != 5 || f.All.Count() != f.HTTP.Count()+f.Enter.Count()+5 || f.Timers.Count() == 0 {
				t.Errorf("%+v", f)
			}
			figures := lab.Figures{}
			f.Put(figures)
			for _, name := range []string{"canary.p50", "canary.max", "canary.http.max", "canary.enter.max", "canary.event.max", "timers.canary.max"} {
				if _, ok := figures[name]; !ok {
					t.Errorf("no %s in %v", name, figures.Names())
				}
			}
			if c.canary.Worst() != f.All.Max().Round(time.Microsecond) && c.canary.Worst() != 0 {
				t.Error("the worst was told twice")
			}
		})
	}
}

// What a server makes a person wait for is felt, in the part that it belongs to.
func TestFelt(t *testing.T) {
	const late = 300 * time.Millisecond
	for name, c := range map[string]struct {
		fault faulty.Fault
		part  func(f *Felt) *lab.Histogram
	}{
		"requests": {faulty.Fault{Slow: map[string]time.Duration{"history": late}}, func(f *Felt) *lab.Histogram { return f.HTTP.Histogram }},
		"joins":    {faulty.Fault{LateStatus: late}, func(f *Felt) *lab.Histogram { return f.Enter.Histogram }},
		"events":   {faulty.Fault{Late: late}, func(f *Felt) *lab.Histogram { return f.Event.Histogram }},
	} {
		t.Run(name, func(t *testing.T) {
			cage := sing(t, c.fault, lab.TCP)
			cage.started()
			cage.play(1, 1)
			cage.until("an event and an answer", func(f *Felt) bool { return f.Events > 0 && f.HTTP.Count() > 0 })
			f := cage.finish(1)
			if got := c.part(&f).Max(); got < late-time.Millisecond || f.All.Max() < got {
				t.Errorf("%v of it was felt, %v of all", got, f.All.Max())
			}
			for _, other := range []*lab.Histogram{f.HTTP.Histogram, f.Enter.Histogram, f.Event.Histogram} {
				if other != c.part(&f) && other.Min() > late*2/3 {
					t.Errorf("%v was felt elsewhere", other.Min())
				}
			}
			if len(f.Errors) > 0 {
				t.Errorf("%v", f.Findings)
			}
		})
	}
}

// What goes wrong is an error by its code.
func TestErrors(t *testing.T) {
	for name, c := range map[string]struct {
		fault faulty.Fault
		via   lab.Protocol
		code  string
	}{
		"answers":     {faulty.Fault{Fail: map[string]int{"matches": 2}}, "", lab.Answered},
		"cut":         {faulty.Fault{Short: map[string]int{"history": 2}}, "", lab.CutOff},
		"a stream":    {faulty.Fault{Fail: map[string]int{"stream": 2}}, lab.SSE, lab.Answered},
		"websocket":   {faulty.Fault{Fail: map[string]int{"ws": 2}}, lab.WebSocket, lab.Answered},
		"lines":       {faulty.Fault{Fail: map[string]int{"lines": 2}}, lab.TCP, lab.Answered},
		"hung up":     {faulty.Fault{Do: faulty.HangUp, Event: 3}, lab.TCP, lab.CutOff},
		"no status":   {faulty.Fault{Do: faulty.NoStatus}, lab.TCP, lab.NoStatus},
		"turned away": {faulty.Fault{Every: 3}, lab.SSE, lab.Refused},
	} {
		t.Run(name, func(t *testing.T) {
			cage := sing(t, c.fault, c.via)
			if _, err := cage.server.Happen("start", ""); err != nil {
				t.Fatal(err)
			}
			if c.via != "" {
				if err := cage.server.Await(t.Context(), 1); err != nil && c.fault.Do != faulty.NoStatus {
					t.Fatal(err)
				}
			}
			if name == "hung up" {
				cage.until("three joins", func(f *Felt) bool { return f.Enter.Count() >= 3 })
			}
			cage.play(1, 3)
			cage.until(c.code, func(f *Felt) bool { return f.Errors[c.code] > 0 })
			if f := cage.finish(0); len(f.Own) > 0 || f.Findings[0].Code == "" {
				t.Errorf("%+v", f)
			}
		})
	}
}

// However long it would be until the next time: it sings when it is told to.
func TestSing(t *testing.T) {
	c := sing(t, faulty.Fault{}, lab.TCP)
	c.canary.Finish(t.Context(), 0, 0)
	o := c.canary.o
	o.Every, o.Join = time.Hour, time.Hour
	c.canary = Start(t.Context(), o)
	c.until("the first", func(f *Felt) bool { return f.HTTP.Count() == 1 && f.Enter.Count() == 1 })
	c.canary.Sing()
	if f := c.finish(0); f.HTTP.Count() != 2 || f.Enter.Count() != 2 || len(f.Errors) > 0 {
		t.Errorf("%+v", f)
	}
}

// Nobody answers, and a person has waited all the time: that is felt, though nothing has
// come of it yet; and an event that was never read is missing.
func TestSilence(t *testing.T) {
	s, err := faulty.Start(faulty.Fault{Every: 1, Refusal: faulty.Mute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	const patience = 100 * time.Millisecond
	plan := lab.Plan{Server: s.URL(), Lines: []string{s.Lines()}, Match: faulty.Match, Patience: patience}
	c := Start(t.Context(), Options{Plan: plan, Via: lab.TCP, Requests: []lab.Request{{Name: "checkin", URL: s.URL() + "/1/checkin"}}, Every: time.Millisecond})
	cage := &cage{t, s, c}
	cage.until("lost patience", func(f *Felt) bool { return f.Errors[lab.TimedOut] >= 2 })
	f := c.Finish(t.Context(), 7, 10*time.Millisecond)
	if f.Errors[lab.Missing] != 7 || f.All.Max() < patience {
		t.Errorf("%+v", f)
	}
}

// The context ends a canary, also one for which nothing has come yet.
func TestEnds(t *testing.T) {
	s, err := faulty.Start(faulty.Fault{Every: 1, Refusal: faulty.Deaf})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	ctx, cancel := context.WithCancel(t.Context())
	c := Start(ctx, Options{Plan: lab.Plan{Server: s.URL(), Match: faulty.Match}, Via: lab.SSE, Every: time.Hour, Join: time.Hour})
	if err := s.AwaitDone(t.Context(), faulty.Refused, 1); err != nil {
		t.Fatal(err)
	}
	cancel()
	if f := c.Finish(ctx, 7, tooLong); len(f.Errors) != 1 || f.Errors[lab.Missing] != 7 || f.All.Count() != 0 {
		t.Errorf("%+v", f)
	}
}

// A canary that has settled has its places: whoever comes then comes behind it.
func TestSettles(t *testing.T) {
	for _, via := range []lab.Protocol{lab.TCP, lab.SSE, lab.WebSocket} {
		s, err := faulty.Start(faulty.Fault{LateStatus: 20 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		c := Start(t.Context(), Options{Plan: lab.Plan{Server: s.URL(), Match: faulty.Match}, Via: via, Every: time.Hour, Join: time.Hour})
		c.Settle(t.Context())
		if n := s.Record().Watchers; n != 2 {
			t.Errorf("%s: %d places, expected one to watch and one to join", via, n)
		}
		c.Finish(t.Context(), 0, 0)
	}
	// One that is refused, or watches nothing, or has ended, has settled, too.
	s, err := faulty.Start(faulty.Fault{Every: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	c := Start(t.Context(), Options{Plan: lab.Plan{Server: s.URL(), Lines: []string{s.Lines()}, Match: faulty.Match}, Via: lab.TCP, Every: time.Hour, Join: time.Hour})
	c.Settle(t.Context())
	if f := c.Finish(t.Context(), 0, 0); len(f.Errors) == 0 {
		t.Errorf("%+v", f)
	}
	c.Settle(t.Context())
	c = Start(t.Context(), Options{Plan: lab.Plan{Server: s.URL()}})
	c.Settle(t.Context())
	c.Finish(t.Context(), 0, 0)
}

// Over the line protocol the canary hangs up when it leaves: a server lets whoever only
// says no more read on, and keeps his place.
func TestHangsUp(t *testing.T) {
	at, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ends := make(chan error, 2)
	var works sync.WaitGroup
	works.Go(func() {
		for range cap(ends) {
			conn, err := at.Accept()
			if err != nil {
				return
			}
			works.Go(func() {
				defer conn.Close()
				said := bufio.NewReader(conn)
				if _, err := said.ReadString('\n'); err != nil {
					t.Error(err)
				}
				io.WriteString(conn, "0: status:\n\n\r\n") //nolint:errcheck // the end says more
				_, err := said.ReadByte()
				ends <- err
			})
		}
	})
	c := Start(t.Context(), Options{Plan: lab.Plan{Lines: []string{at.Addr().String()}, Match: faulty.Match}, Via: lab.TCP, Every: time.Hour, Join: time.Hour})
	c.Settle(t.Context())
	if err := <-ends; !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("after a join: %v", err)
	}
	c.Finish(t.Context(), 0, 0)
	if err := <-ends; !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("at the end: %v", err)
	}
	at.Close()
	works.Wait()
}
