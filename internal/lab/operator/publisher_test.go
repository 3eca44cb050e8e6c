package operator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"matchstream/internal/lab"
)

// clock is one that goes on when it is waited for, late by what is given, and when the
// server takes its time.
type clock struct {
	now  time.Time
	late time.Duration
}

func (c *clock) Now() time.Time { return c.now }

func (c *clock) Until(ctx context.Context, moment time.Time) error {
	if moment.After(c.now) {
		c.now = moment.Add(c.late)
	}
	return ctx.Err()
}

// An event is due when it is due, whatever the server does; what is the operator's own
// lateness is told apart.
func TestOpenModel(t *testing.T) {
	for _, c := range []struct {
		name                          string
		takes, late                   time.Duration
		behind, timers, answer, total time.Duration // the largest
	}{
		{"on time", time.Millisecond, 0, 0, 0, time.Millisecond, 91 * time.Millisecond},
		{"a slow server", 30 * time.Millisecond, 0, 180 * time.Millisecond, 0, 30 * time.Millisecond, 300 * time.Millisecond},
		{"a late operator", time.Millisecond, 4 * time.Millisecond, 4 * time.Millisecond, 4 * time.Millisecond, time.Millisecond, 95 * time.Millisecond},
	} {
		clock := &clock{now: time.UnixMicro(1790000000000000), late: c.late}
		began := clock.now
		var marks []lab.Mark
		s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			mark, _ := lab.FindMark(b)
			marks = append(marks, mark)
			clock.now = clock.now.Add(c.takes)
		}))
		p, err := NewPublisher(Publish{URL: s.URL}, Timing{Clock: clock})
		if err != nil {
			t.Fatal(err)
		}
		got := p.Play(t.Context(), 5, 10, 10*time.Millisecond)
		if got.Err != nil || got.Sent != 10 || !about(got.Behind, c.behind) || !about(got.Timers, c.timers) || !about(got.Answer, c.answer) || got.Took != c.total {
			t.Errorf("%s: %d sent, behind %v, own %v, answered in %v, took %v, %v", c.name, got.Sent, got.Behind.Max(), got.Timers.Max(), got.Answer.Max(), got.Took, got.Err)
		}
		for i, m := range marks {
			if want := (lab.Mark{Number: 5 + i, Due: began.UnixMicro() + int64(i)*10000}); m != want {
				t.Errorf("%s: mark %v, expected %v", c.name, m, want)
			}
		}
		p.Close(t.Context()) //nolint:errcheck // a Publisher's has none
		s.Close()
	}
}

// about says whether the longest is what was expected, to three digits.
func about(h *lab.Histogram, want time.Duration) bool {
	return h.Count() == 10 && (h.Max()-want).Abs() <= want/1000
}

// What is sent is what was asked for, with the mark and padding in their places.
func TestPublish(t *testing.T) {
	var got string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got = r.Method + " " + r.URL.String() + " " + r.Header.Get("X-Of") + " " + string(b)
		w.WriteHeader(http.StatusAccepted)
	}))
	defer s.Close()
	p, err := NewPublisher(Publish{Match: "final", Method: "PUT", URL: s.URL + "/pub/{match}", Headers: []string{"X-Of: {match}"}, Body: `{"text":"{mark}{pad}"}`},
		Timing{Size: 30, Clock: &clock{now: time.UnixMicro(1790000000000000)}})
	if err != nil {
		t.Fatal(err)
	}
	if played := p.Play(t.Context(), 7, 1, 0); played.Err != nil || got != `PUT /pub/final final {"text":"lab-7-1790000000000000;......."}` {
		t.Errorf("%s, %v", got, played.Err)
	}
	if err := errors.Join(p.End(t.Context()), p.Close(t.Context())); err != nil || p.Match() != "final" {
		t.Errorf("%s, %v", p.Match(), err)
	}
}

// An event is sent again only where the service has surely not taken it.
func TestPublishAgain(t *testing.T) {
	for first, c := range map[int]struct {
		sent  int
		tries int64
		text  string
	}{200: {2, 2, ""}, 503: {2, 3, ""}, 429: {2, 3, ""}, 500: {0, 1, `event 1: answered 500 Internal Server Error: "no"`}, 404: {0, 1, "event 1: answered 404"}, 0: {0, 1, "EOF"}} {
		asked := 0
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if asked++; asked > 1 {
				return
			}
			if first == 0 {
				panic(http.ErrAbortHandler)
			}
			w.WriteHeader(first)
			fmt.Fprintln(w, "no\nand more")
		}))
		p, err := NewPublisher(Publish{URL: s.URL}, Timing{Clock: hurried{}})
		if err != nil {
			t.Fatal(err)
		}
		got := p.Play(t.Context(), 1, 2, 0)
		if got.Sent != c.sent || got.Tries != c.tries || (got.Err == nil) != (c.text == "") || got.Err != nil && !strings.Contains(got.Err.Error(), c.text) {
			t.Errorf("%d: %d sent in %d tries, %v", first, got.Sent, got.Tries, got.Err)
		}
		wrong := int64(0)
		for _, n := range got.Errors {
			wrong += n
		}
		if wrong != got.Tries-int64(got.Sent) {
			t.Errorf("%d: errors %v in %d tries", first, got.Errors, got.Tries)
		}
		p.Close(t.Context()) //nolint:errcheck // a Publisher's has none
		s.Close()
	}
}

// A service that is not there, or says nothing, is given up in the time that was said;
// an end of the play ends it at once.
func TestGivesUp(t *testing.T) {
	hold := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) //nolint:errcheck // then it notices that he goes
		select {
		case <-hold:
		case <-r.Context().Done():
		}
	}))
	defer s.Close()
	defer close(hold)
	for url, want := range map[string]string{"http://127.0.0.1:1": lab.Refused, s.URL: lab.TimedOut} {
		p, err := NewPublisher(Publish{URL: url}, Timing{Patience: 20 * time.Millisecond, GiveUp: time.Microsecond})
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Play(t.Context(), 1, 1, 0); got.Errors[want] != 1 || got.Err == nil || got.Sent != 0 {
			t.Errorf("%s: %v, %v", url, got.Errors, got.Err)
		}
		p.Close(t.Context()) //nolint:errcheck // a Publisher's has none
	}
	p, err := NewPublisher(Publish{URL: s.URL}, Timing{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close(t.Context()) //nolint:errcheck // a Publisher's has none
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if got := p.Play(over, 1, 5, 0); !errors.Is(got.Err, context.Canceled) || len(got.Errors) > 0 {
		t.Errorf("%v, %v", got.Err, got.Errors)
	}
}

func TestNotPublished(t *testing.T) {
	for want, to := range map[string]Publish{
		"expected {mark}": {URL: "http://a", Body: "x"}, "expected {pad}": {URL: "http://a", Body: "{mark}"},
		"expected an address": {URL: "a"}, "expected Name: value": {URL: "http://a", Headers: []string{"x"}}, "publishing: ": {URL: "http://a", Method: "B D"},
	} {
		if _, err := NewPublisher(to, Timing{Size: 99}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, expected %s", to, err, want)
		}
	}
}

// A redirection is an answer that publishes nothing, and whom to publish to may stand in
// the header.
func TestPublisherAsAnswered(t *testing.T) {
	host, asked := "", 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host = r.Host
		if asked++; asked == 2 {
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		}
	}))
	defer s.Close()
	p, err := NewPublisher(Publish{URL: s.URL, Headers: []string{"host: news.example"}}, Timing{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close(t.Context()) //nolint:errcheck // it closes what is idle
	if got := p.Play(t.Context(), 1, 2, 0); got.Sent != 1 || got.Errors["status-302"] != 1 || host != "news.example" || asked != 2 {
		t.Errorf("%d sent, %v, to %q, asked %d times", got.Sent, got.Errors, host, asked)
	}
}
