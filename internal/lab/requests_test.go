package lab

import "testing"

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
