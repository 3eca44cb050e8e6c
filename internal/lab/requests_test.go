package lab

import (
	"slices"
	"testing"
)

// An answer that was not hoped for is one error, though its status is told, too; and
// "errors" without a family is not fulfilled by a load that failed.
func TestFiguresOfAnswers(t *testing.T) {
	a := NewAnswers()
	a.Sent, a.OK = 10, 6
	a.Errors = map[string]int64{Answered: 3, StatusCode + "404": 1, StatusCode + "503": 2, TimedOut: 1}
	f := Figures{}
	f.Answers(a)
	for name, want := range map[string]float64{"http.errors": 4, "http.errors.answered": 3, "http.errors.status-503": 2, "errors": 4, "errors.timed-out": 1} {
		if f[name] != want {
			t.Errorf("%s is %v, expected %v", name, f[name], want)
		}
	}
	expected, err := ParseExpected("errors=0")
	if err != nil || len(Unmet(expected, f)) != 1 {
		t.Errorf("4 errors pass for none: %v", err)
	}
}

// What is expected of one kind of request is held against its own errors: a status beside
// answered is none more, and of what nobody asked for nothing is known.
func TestErrorsOfRoutes(t *testing.T) {
	a := NewAnswers()
	a.Routes["history"] = &Route{Sent: 9, OK: 5, Errors: map[string]int64{Answered: 2, StatusCode + "503": 2, TimedOut: 2}, Latency: NewHistogram()}
	a.Routes["checkin"] = &Route{Sent: 9, OK: 9, Errors: map[string]int64{}, Latency: NewHistogram()}
	f := Figures{}
	f.Answers(a)
	expected, err := ParseExpected("http.history.errors=0,http.history.errors<=4,http.history.errors.answered=0,http.history.errors.status-503=2," +
		"http.history.errors.cut-off=0,http.checkin.errors=0,http.checkin.errors.timed-out=0,http.list.errors=0,http.list.errors.timed-out=0")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"http.history.errors=0: 4", "http.history.errors.answered=0: 2", "http.list.errors=0: not measured", "http.list.errors.timed-out=0: not measured"}
	if got := Unmet(expected, f); !slices.Equal(got, want) {
		t.Errorf("%q, expected %q", got, want)
	}
}

// Requests that were repeated are no errors; they are counted, and parts are added.
func TestRepeated(t *testing.T) {
	all, f := NewAnswers(), Figures{}
	for range 2 {
		part := NewAnswers()
		part.Sent, part.OK, part.Repeated = 10, 10, 3
		all.Add(part)
	}
	f.Answers(all)
	expected, err := ParseExpected("errors=0,http.errors=0,http.repeated=6,http.repeated<1")
	if got, want := Unmet(expected, f), []string{"http.repeated<1: 6"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v, expected %q", got, err, want)
	}
}

func TestIdempotent(t *testing.T) {
	for method, want := range map[string]bool{"": true, "GET": true, "HEAD": true, "PUT": true, "DELETE": true, "OPTIONS": true, "POST": false, "PATCH": false, "get": false} {
		if r := (Request{Method: method}); r.Idempotent() != want {
			t.Errorf("%q may be repeated: %v", method, !want)
		}
	}
}
