package selfcheck

import (
	"maps"
	"testing"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/faulty"
	"matchstream/internal/lab/requests"
)

// stale closes connections between two requests, as HTTP allows.
var stale = map[string]int{"checkin": 2, "matches": 3}

// A server that closes kept connections is right: neither its watchers nor its requests
// are a reason to blame it.
func TestKeptRight(t *testing.T) {
	s := serve(t, faulty.Fault{Stale: stale})
	p := crowdAt(s, 30, evenly()...)
	p.API = true
	c := gather(t, p)
	play(t, s, 2, "stop")
	tally := finish(t, c, 0)
	blameless(t, "a server that closes kept connections", tally)
	if tally.Been != 30 || tally.Repeated != 15 {
		t.Errorf("%d were there, %d requests were repeated", tally.Been, tally.Repeated)
	}
	a := ask(t, s, 60)
	if a.Sent != 180 || a.OK != 180 || len(a.Errors)+len(a.Own)+len(a.Findings) > 0 || a.Repeated == 0 {
		t.Errorf("%d of %d, %v, %v, %d repeated", a.OK, a.Sent, a.Errors, a.Own, a.Repeated)
	}
	if done := s.Record().Done; tally.Repeated+a.Repeated > done[faulty.Staled] {
		t.Errorf("%d and %d were repeated, of %d connections that were closed", tally.Repeated, a.Repeated, done[faulty.Staled])
	}
}

// Its faults are still found, each as often as it was done.
func TestKeptWrong(t *testing.T) {
	s := serve(t, faulty.Fault{Stale: stale, Every: 7, Fail: map[string]int{"matches": 5}, Short: map[string]int{"history": 4}})
	a, done := ask(t, s, 100), s.Record().Done
	want := map[string]int64{lab.Refused: done[faulty.Refused], lab.Answered: done[faulty.Failed], "status-503": done[faulty.Failed], lab.CutOff: done[faulty.Shortened]}
	for code, n := range want {
		if n == 0 {
			t.Errorf("the server has done nothing that is %s: %v", code, done)
		}
	}
	if !maps.Equal(a.Errors, want) || len(a.Own) > 0 || a.Repeated == 0 || a.Repeated != done[faulty.Staled] {
		t.Errorf("%v, %v, %d repeated, expected %v: it has done %v", a.Errors, a.Own, a.Repeated, want, done)
	}
}

// ask makes the article's three requests.
func ask(t *testing.T, s *faulty.Server, users int) *lab.Answers {
	t.Helper()
	l := lab.Load{Users: users, AtOnce: 8, Patience: tooLong, Over: 10 * time.Millisecond}
	for _, r := range [][2]string{{"checkin", "/1/checkin"}, {"matches", "/1/matches"}, {"history", "/1/match/" + faulty.Match + "/history"}} {
		l.Requests = append(l.Requests, lab.Request{Name: r[0], URL: s.URL() + r[1], JSON: true})
	}
	a, err := requests.Run(t.Context(), l, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
