package crowd

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"matchstream/internal/lab"
	"matchstream/internal/node"
)

func TestMain(m *testing.M) {
	bareSender()
	goleak.VerifyTestMain(m)
}

const (
	token = "the-operator-of-these-tests"
	// tooLong is how long a test waits for what must happen.
	tooLong = 2 * time.Minute
)

// served is a node with one match.
type served struct {
	t    testing.TB
	node *node.Node
	sent int
}

func serve(t testing.TB) *served {
	t.Helper()
	n, err := node.Start(context.Background(), node.Config{
		Data: t.TempDir(), Store: "embedded", HTTP: "127.0.0.1:0", TCP: "127.0.0.1:0", Admin: "127.0.0.1:0",
		OperatorToken: token, HandshakeTimeout: time.Minute, SendTimeout: 32 * time.Second,
		Heartbeat: 15 * time.Second, Lag: 1000, Users: 1000, Drain: 10 * time.Millisecond, Version: "test",
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Shutdown(context.Background()); err != nil {
			t.Errorf("shutdown: %v", err)
		}
	})
	s := &served{t: t, node: n}
	s.ask("PUT", "/1/team/elp", `{"name":"Estudiantes"}`)
	s.ask("PUT", "/1/team/tig", `{"name":"Tigre"}`)
	s.ask("POST", "/1/matches", `{"home":"elp","visit":"tig","date":"2011-09-10","speed":0}`)
	return s
}

// client of the tests; its connections end with each test.
var client = http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

func (s *served) ask(method, path, body string) {
	s.t.Helper()
	r, err := http.NewRequest(method, "http://"+s.node.HTTPAddr()+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	a, err := client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer a.Body.Close()
	text, _ := io.ReadAll(a.Body)
	if a.StatusCode/100 != 2 {
		s.t.Fatalf("%s %s %s: %d %s", method, path, body, a.StatusCode, text)
	}
}

// post an event.
func (s *served) post(event string) {
	s.t.Helper()
	s.ask("POST", "/1/match/"+game+"/events", event)
}

// comment posts so many marked events.
func (s *served) comment(n int) {
	s.t.Helper()
	for range n {
		s.sent++
		s.post(fmt.Sprintf(`{"kind":"comment","comment":"%s"}`, lab.AppendMark(nil, s.sent, time.Now())))
	}
}

// start the match.
func (s *served) start() {
	var home, visit []string
	for n := 1; n <= 11; n++ {
		home = append(home, fmt.Sprintf(`{"number":%d,"name":"Home %d"}`, n, n))
		visit = append(visit, fmt.Sprintf(`{"number":%d,"name":"Visit %d"}`, n, n))
	}
	s.post(fmt.Sprintf(`{"kind":"start","home_players":[%s],"visit_players":[%s]}`, strings.Join(home, ","), strings.Join(visit, ",")))
}

// plan of a crowd that comes to it.
func (s *served) plan(users int) lab.Plan {
	return lab.Plan{Seed: 7, Users: users, AtOnce: 50, Server: "http://" + s.node.HTTPAddr(), Match: game,
		Via: []lab.Share{{Via: lab.TCP, Weight: 70}, {Via: lab.SSE, Weight: 20}, {Via: lab.WebSocket, Weight: 10}}}
}

// gather a crowd that is there when it returns.
func gatherAll(t testing.TB, p lab.Plan) lab.Crowd {
	t.Helper()
	c, err := Carrier{}.Gather(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-c.Settled():
	case <-time.After(tooLong):
		t.Fatalf("the crowd did not settle: %+v", c.Tally())
	}
	return c
}

// finish a crowd; now: whatever happens.
func finish(t testing.TB, c lab.Crowd, last int, now ...string) *lab.Tally {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), tooLong)
	defer cancel()
	if len(now) > 0 {
		cancel()
	}
	tally, err := c.Finish(ctx, last, 20*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if ctx.Err() != nil && len(now) == 0 {
		t.Fatalf("it did not finish: %+v", tally)
	}
	return tally
}

// blameless expects a tally without an error, of the service or our own.
func blameless(t testing.TB, tally *lab.Tally) {
	t.Helper()
	if len(tally.Errors) > 0 || len(tally.Own) > 0 || len(tally.Findings) > 0 {
		t.Errorf("errors %v, own %v, findings %+v", tally.Errors, tally.Own, tally.Findings)
	}
}

// A right server is not blamed, whatever the protocol and the events.
func TestRightServer(t *testing.T) {
	for _, api := range []bool{false, true} {
		t.Run(fmt.Sprintf("api=%v", api), func(t *testing.T) {
			s := serve(t)
			p := s.plan(200)
			p.API = api
			c := gatherAll(t, p)
			if now := c.Tally(); now.Ready != 200 || now.Been != 200 || now.Asked != 200 {
				t.Errorf("ready %d, been %d, asked %d, expected 200", now.Ready, now.Been, now.Asked)
			}
			s.start()
			s.comment(3)
			s.post(`{"kind":"goal","team":"elp","player":7}`)
			s.post(`{"kind":"cancel","ref":5}`)
			s.comment(2)
			s.post(`{"kind":"stop"}`)
			tally := finish(t, c, 0)
			blameless(t, tally)
			if want := int64(200 * 9); tally.Events != want || tally.Ended != 200 || tally.Moved != 200 {
				t.Errorf("%d events, ended %d, moved %d, expected %d, 200, 200", tally.Events, tally.Ended, tally.Moved, want)
			}
			if n := tally.Latency.Count(); n != 1000 || len(tally.Arrivals) != 5 || tally.Arrivals[4].Count != 200 {
				t.Errorf("%d latencies, arrivals %+v", n, tally.Arrivals)
			}
			if tally.Enter.Count() != 200 || tally.Connect.Count() < 200 {
				t.Errorf("%d entered, %d connected", tally.Enter.Count(), tally.Connect.Count())
			}
		})
	}
}

// A crowd leaves when it has the last event.
func TestFinishWithLast(t *testing.T) {
	s := serve(t)
	c := gatherAll(t, s.plan(100))
	s.comment(20)
	tally := finish(t, c, 20)
	blameless(t, tally)
	if tally.Events != 2000 || tally.Ready != 100 {
		t.Errorf("%d events, %d ready", tally.Events, tally.Ready)
	}
}
