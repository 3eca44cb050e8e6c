package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-runewidth"

	"matchstream/internal/lab"
)

// answered are made-up answers: so many, of which some failed, of 1 to n ms.
func answered(n, failed int64) *lab.Answers {
	a := lab.NewAnswers()
	a.Wall, a.CPU = 10*time.Second, time.Second
	a.Sent, a.OK = n, n-failed
	if failed > 0 {
		a.Errors[lab.Answered], a.Errors[lab.StatusCode+"503"] = failed, failed
		a.Findings = []lab.Finding{{Code: lab.Answered, Who: "http/user-7", Text: "GET http://localhost:8888/1/match/arg-fra-2022-12-18/history: 503 Service Unavailable"}}
	}
	for ms := range n {
		a.Latency.Record(time.Duration(ms+1) * time.Millisecond)
		a.Timers.Record(100 * time.Microsecond)
	}
	a.Routes["history"] = &lab.Route{Sent: n, OK: n - failed, Errors: a.Errors, Latency: a.Latency}
	return a
}

var someLoad = lab.Load{Users: 1000, AtOnce: 10, Over: 10 * time.Second, Requests: []lab.Request{{Name: "history"}}}

func judged(t *testing.T, a *lab.Answers, expect string) httpResult {
	t.Helper()
	expected, err := lab.ParseExpected(expect)
	if err != nil {
		t.Fatal(err)
	}
	return judgeHTTP(someLoad, a, expected)
}

// TestHTTPText: the whole text, which fits in 80 columns.
func TestHTTPText(t *testing.T) {
	a := answered(1000, 3)
	a.Own[lab.NoPorts], a.Repeated = 2, 12
	r := judged(t, a, "errors=0,http.p99<500ms")
	r.Server, r.Match, r.Interrupted, r.Waited = "http://localhost:8888", "arg-fra-2022-12-18", true, 17
	got := r.text()
	for line := range strings.Lines(got) {
		if runewidth.StringWidth(strings.TrimSuffix(line, "\n")) > textWidth {
			t.Errorf("does not fit: %s", line)
		}
	}
	name := filepath.Join("testdata", "lab_http.txt")
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil || got != string(want) {
		t.Errorf("%v; got:\n%s", err, got)
	}
}

// TestHTTPRepeated: what was repeated is told, in JSON too, and where nothing was, in
// figures only. It is no error.
func TestHTTPRepeated(t *testing.T) {
	for n, want := range map[int64]int{0: 0, 12: 1} {
		a := answered(100, 0)
		a.Repeated = n
		r := judged(t, a, "errors=0,http.history.errors=0")
		if got := strings.Count(r.text(), "12 repeated on a new connection: the server had closed the one that was kept\n"); got != want || strings.Count(r.text(), "repeated") != want {
			t.Errorf("%d repeated:\n%s", n, r.text())
		}
		b, err := json.Marshal(r)
		if err != nil || !strings.Contains(string(b), fmt.Sprintf(`"repeated":%d,`, n)) || r.Figures["http.repeated"] != float64(n) || len(r.Failed) > 0 {
			t.Errorf("%v, %v, not as expected: %q, %s", err, r.Figures["http.repeated"], r.Failed, b)
		}
	}
}

// TestHTTPVerdict: the server is blamed for what is its own, and the lab for the rest.
func TestHTTPVerdict(t *testing.T) {
	late := func(a *lab.Answers) {
		for range a.Sent {
			a.Timers.Record(300 * time.Millisecond)
		}
	}
	for _, one := range []struct {
		name, expect string
		failed       int64
		change       func(*lab.Answers)
		learnt       bool
		want         string
	}{
		{"all well", "errors=0", 0, func(*lab.Answers) {}, true, "As expected: 100 of 100 requests were answered, half of them within 50ms, 99% within 99ms."},
		{"errors", "errors=0", 3, func(*lab.Answers) {}, true, "Not as expected: errors=0: 3."},
		{"errors of a route", "http.history.errors=0", 3, func(*lab.Answers) {}, true, "Not as expected: http.history.errors=0: 3."},
		{"slow", "http.p99<50ms", 0, func(*lab.Answers) {}, true, "Not as expected: http.p99<50ms: 99ms."},
		{"slow, and the lab is late", "http.p99<50ms", 0, late, false, "Nothing was learnt about the server: the lab was in trouble itself: it was late"},
		{"errors, and the lab is late", "errors=0", 3, late, true, "Not as expected: errors=0: 3."},
		{"the lab is late, and it was quick enough", "http.p99<500ms", 0, late, true, "has made answers seem slower"},
		{"the lab eats all", "http.p99<50ms", 0, func(a *lab.Answers) { a.CPU = time.Hour }, false, "of this machine's processors itself"},
		{"no ports", "errors=0", 0, func(a *lab.Answers) { a.Own[lab.NoPorts] = 1 }, false, "no port left here"},
		{"no descriptors, and errors", "errors=0", 3, func(a *lab.Answers) { a.Own[lab.NoDescriptors] = 1 }, true, "Not as expected: errors=0: 3. The lab was in trouble, too"},
		{"nothing asked", "errors=0", 0, func(a *lab.Answers) { a.Sent = 0 }, false, "nothing was asked"},
	} {
		a := answered(100, one.failed)
		one.change(a)
		r := judged(t, a, one.expect)
		if r.Learnt != one.learnt || !strings.Contains(r.Verdict, one.want) {
			t.Errorf("%s: learnt: %v, %s", one.name, r.Learnt, r.Verdict)
		}
	}
}

// TestBars: each value is in the row of its range; all are there.
func TestBars(t *testing.T) {
	h := lab.NewHistogram()
	if got := readable(h); got != "  none\n" {
		t.Errorf("of nothing: %q", got)
	}
	for us, n := range map[int64]int{9: 1, 10: 1, 11: 2, 100: 4, 101: 8, 2_000_000: 16} {
		for range n {
			h.Record(time.Duration(us) * time.Microsecond)
		}
	}
	got := readable(h)
	for _, want := range []string{"to   10µs        2   6.2% █████▌\n", "to   20µs        2 ", "to   50µs        0   0.0% \n", "to  100µs        4 ", "to  200µs        8 ",
		"to     2s       16  50.0% " + strings.Repeat("█", barWidth) + "\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("expected %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "to     5s") {
		t.Errorf("goes on behind the last:\n%s", got)
	}
}

// TestSince: what came later, and nothing else.
func TestSince(t *testing.T) {
	before, now := lab.NewHistogram(), lab.NewHistogram()
	now.Record(5 * time.Millisecond)
	now.Record(time.Millisecond)
	if got := now.Since(before); got.Count() != 2 {
		t.Errorf("%d since nothing, expected 2", got.Count())
	}
	before.Add(now)
	now.Record(time.Second)
	now.Record(5 * time.Millisecond)
	if got := now.Since(before); got.Count() != 2 || got.Min().Round(time.Millisecond) != 5*time.Millisecond || got.Max().Round(time.Millisecond) != time.Second {
		t.Errorf("%d, %v to %v", got.Count(), got.Min(), got.Max())
	}
}

func FuzzRequest(f *testing.F) {
	f.Add("checkin")
	f.Add("a=POST /x {}")
	f.Add("a=/x y")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parseRequest(text)
		if err == nil && (r.Name == "" || r.Method == "" || !strings.HasPrefix(r.URL, "/")) {
			t.Errorf("%q is taken for %+v", text, r)
		}
	})
}
