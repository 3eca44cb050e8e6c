package faulty

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"matchstream/internal/lab"
)

// Answers fail, are cut and are slow as often, and for as long, as was said.
func TestAnswers(t *testing.T) {
	s := start(t, Fault{
		Fail: map[string]int{"matches": 3, "events": 2, "lines": 2, "stream": 2}, Status: 500,
		Short: map[string]int{"history": 2}, Slow: map[string]time.Duration{"checkin": 50 * time.Millisecond},
	})
	for i := 1; i <= 6; i++ {
		want := 200
		if i%3 == 0 {
			want = 500
		}
		if got, _, err := ask(t, s, "GET", "/1/matches", ""); got != want || err != nil {
			t.Errorf("list %d: %d, %v, expected %d", i, got, err, want)
		}
	}
	for i, want := range []int{201, 500, 201} {
		if got, _, err := ask(t, s, "POST", "/1/match/"+Match+"/events", `{"kind":"comment","comment":"c"}`); got != want || err != nil {
			t.Errorf("event %d: %d, %v, expected %d", i, got, err, want)
		}
	}
	if last := s.game(Match).moment().last; last != 2 {
		t.Errorf("%d events are stored: one was refused", last)
	}
	for i, cut := range []bool{false, true, false} {
		if _, text, err := ask(t, s, "GET", "/1/match/"+Match+"/history", ""); (err != nil) != cut {
			t.Errorf("history %d: %q, %v", i, text, err)
		}
	}
	began := time.Now()
	if got, _, _ := ask(t, s, "GET", "/1/checkin", ""); got != 200 || time.Since(began) < 50*time.Millisecond {
		t.Errorf("checkin: %d after %v", got, time.Since(began))
	}
	for i, want := range []string{"", "not now"} {
		l, err := watch(t, s, lab.TCP, "", "")
		if err != nil {
			t.Fatal(err)
		}
		if _, _, _, err := l.read(); (err != nil) != (want != "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("lines %d: %v, expected %q", i, err, want)
		}
	}
	for i, fails := range []bool{false, true} {
		if _, err := watch(t, s, lab.SSE, "", ""); (err != nil) != fails {
			t.Errorf("stream %d: %v", i, err)
		}
	}
	if r := s.Record(); r.Done[Failed] != 5 || r.Done[Shortened] != 1 || r.Answers[500] != 4 {
		t.Errorf("it has done %v, answered %v", r.Done, r.Answers)
	}
}

// Behind every second answer of a route, which is whole and announces nothing, a connection
// is closed; behind the others it is kept.
func TestStale(t *testing.T) {
	s := start(t, Fault{Stale: map[string]int{"matches": 2}})
	c, err := net.Dial("tcp", s.web.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r := bufio.NewReader(c)
	for i, path := range []string{"/1/matches", "/1/checkin", "/1/matches"} {
		io.WriteString(c, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n")
		answer, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(i, err)
		}
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != 200 || answer.Close || int64(len(body)) != answer.ContentLength {
			t.Errorf("%d: %d, %q of %d, close: %v, %v", i, answer.StatusCode, body, answer.ContentLength, answer.Close, err)
		}
	}
	if _, err := r.ReadByte(); err != io.EOF {
		t.Errorf("behind the second list: %v, expected the end", err)
	}
	if r := s.Record(); r.Done[Staled] != 1 || len(r.Done) != 1 || r.Answers[200] != 3 {
		t.Errorf("it has done %v, answered %v", r.Done, r.Answers)
	}
}

// What is no line of the protocol, or of no match there is, is answered with an error.
func TestNoLine(t *testing.T) {
	s := start(t, Fault{})
	for _, line := range []string{"", "GET / HTTP/1.1", "VERSION:2:CONNECT:a:MATCH:" + Match, "VERSION:1:CONNECT:a:MATCH:a-b-2026-01-01",
		"VERSION:1:CONNECT:a:MATCH:" + Match + ":IDS", "VERSION:1:CONNECT:a:MATCH:" + Match + ":IDS:off", "VERSION:1:CONNECT:a:MATCH:" + Match + ":SINCE:x"} {
		w := &watcher{s: s}
		if _, err := w.parse(line); err == nil {
			t.Errorf("%q was taken", line)
		}
	}
}

func FuzzLine(f *testing.F) {
	f.Add("VERSION:1:CONNECT:me:MATCH:" + Match + ":IDS:on:SINCE:17-k3f9a2")
	s := &Server{}
	s.mu.matches = map[string]*game{Match: newGame("faa", "fab", "2026-01-01")}
	f.Fuzz(func(t *testing.T, line string) {
		w := &watcher{s: s}
		if _, err := w.parse(line); err == nil && w.game == nil {
			t.Errorf("%q: neither a match nor an error", line)
		}
	})
}
