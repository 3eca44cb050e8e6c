package report

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"matchstream/internal/lab"
	"matchstream/internal/lab/record"
)

// one is a run with one step.
func one(stage string, s lab.Step) *record.Run {
	return &record.Run{Dir: "out/" + stage, Begin: lab.Begin{Stage: stage}, Steps: []lab.Step{s}, End: &lab.End{Verdict: "done"}}
}

func text(t *testing.T, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	must(t, r.WriteText(&b))
	return b.String()
}

func html(t *testing.T, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	must(t, r.WriteHTML(&b))
	return b.String()
}

// A record of which there is only a beginning is told all the same.
func TestNothingYet(t *testing.T) {
	r := New([]*record.Run{{Dir: "first", Begin: lab.Begin{Stage: "bound"}}}, Options{})
	if got := text(t, r); !strings.Contains(got, "It was cut off after 0") {
		t.Error(got)
	}
	wellFormed(t, "nothing", html(t, r))
	if len(r.Plots()) > 0 {
		t.Error("there are plots of nothing")
	}
}

func TestInterrupted(t *testing.T) {
	run := one("bound", lab.Step{Users: 16, OK: true})
	run.End.Interrupted = true
	r := New([]*record.Run{run}, Options{})
	for _, got := range []string{text(t, r), html(t, r)} {
		if !strings.Contains(got, "It was interrupted") {
			t.Error(got)
		}
	}
}

// What a server sent does nothing in the page, nor in a terminal.
func TestHostileWords(t *testing.T) {
	hostile := "</td></svg><script>alert(1)</script>\x1b[2J\x00"
	run := one(hostile, lab.Step{Search: hostile, Users: 16, Failed: []string{hostile}, Figures: lab.Figures{"errors." + hostile: 1, "latency.p99": 1, "latency.max": 1}})
	run.Steps = append(run.Steps, run.Steps[0])
	run.Steps[1].Users = 32
	run.Begin.Args, run.Begin.Expected, run.End.Verdict, run.End.Failed = []string{hostile}, []string{hostile}, hostile, []string{hostile}
	run.Begin.Settings = lab.Settings{Version: hostile, Server: map[string]string{hostile: hostile}, CannotTell: []string{hostile}}
	run.Findings = []lab.Finding{{Code: hostile, Who: hostile, Text: hostile, Bytes: hostile}}
	run.Found = []lab.Found{{Search: hostile, Users: 16, Limit: &lab.Limit{Of: hostile, What: hostile, Text: hostile, Evidence: []string{hostile}, Remedy: hostile}}}
	run.Files, run.Remarks, run.Dir = []string{hostile}, []string{hostile}, hostile
	other := *run
	other.Dir += "2"
	for _, runs := range [][]*record.Run{{run}, {run, &other}} {
		r := New(runs, Options{Settings: true})
		if page := html(t, r); strings.Contains(page, "<script") {
			t.Error("a script is in the page")
		}
		for _, p := range r.Plots() {
			if strings.ContainsAny(p.Name, "/<>") {
				t.Errorf("a plot is called %q", p.Name)
			}
			wellFormed(t, p.Name, p.File())
		}
		if i := strings.IndexAny(text(t, r), "\x1b\x00"); i >= 0 {
			t.Errorf("at %d there is what acts on a terminal", i)
		}
	}
}

// Errors of answers are among all errors, and counted once; the lab's own stand apart.
func TestErrorsAreCountedOnce(t *testing.T) {
	run := one("http", lab.Step{Users: 16, Figures: lab.Figures{"errors": 3, "errors.answered": 3, "http.errors": 3, "http.errors.answered": 3,
		"http.errors.status-503": 3, "own": 9, "own.ports": 9}})
	held := lab.Step{Users: 8, OK: true, Figures: lab.Figures{"http.errors": 1, "http.errors.refused": 1}}
	run.Steps = append(run.Steps, held)
	r := New([]*record.Run{run}, Options{}).Runs[0]
	got := map[string]int64{}
	for _, e := range r.Errors {
		got[e.Code] = e.Count
	}
	if len(got) != 4 || got["answered"] != 3 || got["refused"] != 1 || got["own-ports"] != 9 || got["status-503"] != 3 {
		t.Errorf("%v", got)
	}
	if last := r.Errors[len(r.Errors)-1]; last.Code != "own-ports" || !last.Own {
		t.Errorf("%+v is last", last)
	}
	if errorsOf(run.Steps[0].Figures) != 3 || errorsOf(held.Figures) != 1 {
		t.Error("errors of answers were counted twice, or not at all")
	}
}

func TestBelief(t *testing.T) {
	for want, s := range map[string]lab.Step{
		Believed:   {OK: true, Figures: lab.Figures{"latency.p99": 0.5, "lateness.p99": 0.04}},
		Unbelieved: {Figures: lab.Figures{"latency.p99": 0.5, "lateness.p99": 0.06}},
		CannotTell: {OK: true, Figures: lab.Figures{"latency.p99": 0.5}},
		Partly:     {Figures: lab.Figures{"latency.p99": 0.5, "lateness.p99": 0.01}, Limit: &lab.Limit{Of: "generator", Text: "It has no ports left."}},
	} {
		r := New([]*record.Run{one("bound", s)}, Options{})
		b := r.Runs[0].Believed
		if b.Verdict != want || len(b.Reasons) == 0 {
			t.Errorf("%+v, expected %s", b, want)
		}
		if doubt := b.Doubt(); (doubt == "") != (want == Believed) || !strings.Contains(html(t, r), doubt) || !strings.Contains(text(t, r), doubt) {
			t.Errorf("%s: the doubt %q is not told", want, doubt)
		}
	}
	if got, _ := judge(lab.Step{OK: true, Figures: lab.Figures{"latency.p99": 0.5, "lateness.p99": 0.06}}, lab.Settings{}); got != Partly {
		t.Errorf("a step that held, seen by a late lab: %s", got)
	}
	for what, f := range map[string]lab.Figures{
		"late by less than anybody cares for": {"latency.p99": 0.002, "lateness.p99": 0.0009},
		"in time to send":                     {"http.p99": 0.2, "http.timers.p99": 0.001},
	} {
		if got, _ := judge(lab.Step{Figures: f}, lab.Settings{}); got != Believed {
			t.Errorf("%s: %s", what, got)
		}
	}
	for what, f := range map[string]lab.Figures{
		"failures of its own": {"latency.p99": 0.5, "lateness.p99": 0, "own": 1},
		"late to send":        {"http.p99": 0.2, "http.timers.p99": 0.1},
	} {
		if got, _ := judge(lab.Step{Figures: f}, lab.Settings{}); got != Unbelieved {
			t.Errorf("%s: %s", what, got)
		}
	}
}

// What is not known of one search is not made good by another; and a machine that others
// have busy is told, where all that was busy is known.
func TestBeliefOfSeveral(t *testing.T) {
	run := one("bound", lab.Step{Search: "http", OK: true, Figures: lab.Figures{"http.p99": 0.2, "http.timers.p99": 0.001}})
	run.Steps = append(run.Steps, lab.Step{Search: "streams", OK: true, Figures: lab.Figures{"latency.p99": 0.2}})
	if b := New([]*record.Run{run}, Options{}).Runs[0].Believed; b.Verdict != CannotTell || len(b.Reasons) != 2 || !strings.Contains(b.Reasons[1], "was not measured") {
		t.Errorf("%+v", b)
	}
	f := lab.Figures{"latency.p99": 0.5, "lateness.p99": 0.01, "host.cores": 1.95, "server.cores": 0.05, "generator.cores": 0.1}
	verdict, reasons := judge(lab.Step{Figures: f}, lab.Settings{Host: map[string]string{"cpus": "2"}})
	if last := reasons[len(reasons)-1]; verdict != Partly || !strings.HasPrefix(last, "Something else on this machine had 1.80 of 2 processors busy") {
		t.Errorf("%s: %q", verdict, last)
	}
	if verdict, _ = judge(lab.Step{Figures: f, Nodes: 2}, lab.Settings{}); verdict != Believed {
		t.Errorf("where there are other nodes: %s", verdict)
	}
	delete(f, "server.cores")
	if verdict, _ = judge(lab.Step{Figures: f}, lab.Settings{}); verdict != Believed {
		t.Errorf("where the server's are not known: %s", verdict)
	}
}

// Numbers are short, and say the same.
func TestNumbers(t *testing.T) {
	for want, got := range map[string]string{
		"850µs": duration(850e-6), "1ms": duration(0.9999e-3), "1.24s": duration(1.2399), "1s": duration(0.9999), "612ms": duration(0.612),
		"1m00s": duration(59.96), "2m04s": duration(124), "1h01m": duration(3660), "1.20s": measured(1.2), "0": duration(0), "-3ms": duration(-0.003),
		"64,000": count(64000), "1,234,567": count(1234567), "999": count(999), "-1,000": count(-1000), "0.25": count(0.25),
		"64k": short(64000), "1.5M": short(1.5e6), "9,999": short(9999), "412 MiB": memory(412 << 20), "1 KiB": memory(1024), "12 B": memory(12),
		"2.00×": ratio(2), "1,000×": ratio(1000), "1 user": many(1, "user"), "16 users": many(16, "user"), "1:04:05": clock(3845), "4:05": clock(245),
	} {
		if got != want {
			t.Errorf("%s, expected %s", got, want)
		}
	}
	for v := 1e-7; v < 3600; v *= 1.013 {
		if n := utf8.RuneCountInString(measured(v)); n > 6 {
			t.Errorf("%s has %d characters", measured(v), n)
		}
	}
}
