package operator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"matchstream/internal/client"
	"matchstream/internal/lab"
	"matchstream/internal/lab/faulty"
	"matchstream/internal/node"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const token = "the-operator-of-these-tests"

// startNode is a real server until the test is over.
func startNode(t *testing.T) (url string) {
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
	return "http://" + n.HTTPAddr()
}

func get(t *testing.T, url string, answer any) (status int) {
	t.Helper()
	r, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err == nil && r.StatusCode == http.StatusOK {
		err = json.Unmarshal(b, answer)
	}
	if err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	return r.StatusCode
}

type history []struct {
	Kind string
	Data struct{ Comment string }
}

// comments are the texts of a match's comments, in order.
func comments(t *testing.T, url, match string) (texts []string) {
	t.Helper()
	var all history
	get(t, url+"/1/match/"+match+"/history", &all)
	for _, e := range all {
		if e.Kind == "comment" {
			texts = append(texts, e.Data.Comment)
		}
	}
	return texts
}

// On a real server a match is made, begun, played with marks that can be found again in
// events of the size asked for, ended, and deleted. Two may play at a time.
func TestMatchStream(t *testing.T) {
	url := startNode(t)
	var both []*MatchStream
	for range 2 {
		m, err := OnMatchStream(t.Context(), url, token, Timing{Size: 200})
		if err != nil {
			t.Fatal(err)
		}
		both = append(both, m)
	}
	if both[0].Match() == both[1].Match() {
		t.Fatalf("two play %s", both[0].Match())
	}
	m := both[0]
	played := m.Play(t.Context(), 1, 3, time.Millisecond)
	played.Add(m.Play(t.Context(), 4, 2, 0))
	if played.Err != nil || played.Sent != 5 || played.Tries != 5 || played.Answer.Count() != 5 || len(played.Errors) > 0 {
		t.Errorf("played %+v", played)
	}
	texts := comments(t, url, m.Match())
	for i, text := range texts {
		mark, ok := lab.FindMark([]byte(text))
		if !ok || mark.Number != i+1 || len(text) != 200 {
			t.Errorf("event %d is %q", i+1, text)
		}
		if due := time.UnixMicro(mark.Due); i < 3 && due.Sub(played.Began).Round(time.Millisecond) != time.Duration(i)*time.Millisecond {
			t.Errorf("event %d was due %v behind the first", i+1, due.Sub(played.Began))
		}
	}
	var now struct {
		Period     string
		HomeLineup []any `json:"home-lineup"`
	}
	if get(t, url+"/1/match/"+m.Match(), &now); now.Period != "first" || len(now.HomeLineup) != 11 || len(texts) != 5 {
		t.Errorf("%d comments, %+v", len(texts), now)
	}
	if err := m.End(t.Context()); err != nil {
		t.Error(err)
	}
	if get(t, url+"/1/match/"+m.Match(), &now); now.Period != "ended" {
		t.Errorf("after the end: %+v", now)
	}
	for _, m := range both {
		if err := m.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if got := get(t, url+"/1/match/"+m.Match(), nil); got != http.StatusNotFound {
			t.Errorf("after its deletion: %d", got)
		}
	}
}

// What a server fails at is asked for again, and each event is there once.
func TestFailingServer(t *testing.T) {
	s, err := faulty.Start(faulty.Fault{Fail: map[string]int{"events": 3, "manage": 2}, Short: map[string]int{"events": 4}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	m, err := OnMatchStream(t.Context(), s.URL(), token, Timing{Clock: hurried{}})
	if err != nil {
		t.Fatal(err)
	}
	played := m.Play(t.Context(), 1, 20, 0)
	if played.Err != nil || played.Sent != 20 {
		t.Errorf("played %+v", played)
	}
	if texts := comments(t, s.URL(), m.Match()); len(texts) != 20 {
		t.Errorf("%d events are there", len(texts))
	}
	done := s.Record().Done
	if played.Errors["status-503"] == 0 || played.Errors[lab.CutOff] != done[faulty.Shortened] || played.Tries != 20+played.Errors["status-503"]+played.Errors[lab.CutOff] {
		t.Errorf("found %v in %d tries, the server has done %v", played.Errors, played.Tries, done)
	}
	if err := errors.Join(m.End(t.Context()), m.Close(t.Context())); err != nil {
		t.Error(err)
	}
}

// hurried is a clock that does not wait.
type hurried struct{ client.RealClock }

func (hurried) Until(ctx context.Context, _ time.Time) error { return ctx.Err() }

// Who cannot play is told what to do, and leaves nothing.
func TestCannot(t *testing.T) {
	url := startNode(t)
	for _, c := range []struct {
		server, token string
		size          int
		want          string
	}{
		{url, "", 0, "MATCHSTREAM_TOKEN"},
		{url, "wrong", 0, "refused (401"},
		{url, token, 501, "expected at most 500"},
		{"localhost:8888", token, 0, "expected an address like"},
		{"http://127.0.0.1:1", token, 0, "making the team laba for the test on http://127.0.0.1:1: gave up"},
	} {
		_, err := OnMatchStream(t.Context(), c.server, c.token, Timing{Size: c.size, GiveUp: time.Millisecond})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, expected %s", c.server, err, c.want)
		}
	}
	var matches []string
	if get(t, url+"/1/matches", &matches); len(matches) > 0 {
		t.Errorf("there are %v", matches)
	}
}

// A match that cannot be begun is deleted.
func TestNothingIsLeft(t *testing.T) {
	s, err := faulty.Start(faulty.Fault{Fail: map[string]int{"events": 1}, Status: 422})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := OnMatchStream(t.Context(), s.URL(), token, Timing{}); err == nil || !strings.Contains(err.Error(), "starting the match laba-labb-") {
		t.Errorf("%v", err)
	}
	var matches []string
	if get(t, s.URL()+"/1/matches", &matches); fmt.Sprint(matches) != "["+faulty.Match+"]" {
		t.Errorf("there are %v", matches)
	}
}
