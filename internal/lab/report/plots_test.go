package report

import (
	"strings"
	"testing"

	"matchstream/internal/lab"
	"matchstream/internal/lab/record"
	"matchstream/internal/lab/report/plot"
)

// searched is a run with steps of http, then streams, then both.
func searched() *record.Run {
	run := one("bound", lab.Step{Number: 1, Search: "http", Users: 16, OK: true, Took: 1})
	run.Begin.Expected = []string{"canary.max<2s", "http.p99<1s"}
	run.Steps = nil
	for i, name := range []string{"http", "http", "streams", "streams", "both", "both"} {
		f := lab.Figures{"canary.p50": 0.1, "canary.p99": 0.2, "canary.max": 0.3, "server.memory": 1e6, "generator.memory": 2e6}
		second := lab.Figures{}
		if name != "streams" {
			f["http.p99"], f["http.ok"], second["http.p99"] = 0.1, 48, 0.1
		}
		if name != "http" {
			f["latency.p99"], f["users"], second["latency.p99"] = 0.2, 16, 0.2
		}
		run.Steps = append(run.Steps, lab.Step{Number: i + 1, Search: name, Users: 16 << (i % 2), OK: true, Took: 1, At: float64(i), Figures: f})
		run.Seconds = append(run.Seconds, lab.Second{At: float64(i), Step: i + 1, Figures: second})
	}
	return run
}

func plotOf(t *testing.T, r *Report, name string) *plot.Plot {
	t.Helper()
	for _, p := range r.Plots() {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("there is no plot %s", name)
	return nil
}

// Answers and deliveries are two plots, and a line ends where there was nothing of it.
func TestOneThingInALine(t *testing.T) {
	r := New([]*record.Run{searched()}, Options{})
	for name, gaps := range map[string][]bool{"bound-answers-over-time": {false, false, true, false}, "bound-latency-over-time": {true, false, false, false}} {
		points := plotOf(t, r, name).Series[0].Points
		if len(points) != len(gaps) {
			t.Fatalf("%s: %+v", name, points)
		}
		for i, p := range points {
			if p.Gap != gaps[i] {
				t.Errorf("%s: point %d: %+v", name, i, p)
			}
		}
	}
}

// A search has one colour in all plots, and the lab is drawn beside the server.
func TestColours(t *testing.T) {
	r := New([]*record.Run{searched()}, Options{})
	for name, want := range map[string]map[string]int{
		"bound-http-by-n":   {"http": 3, "both": 2},
		"bound-canary-by-n": {"http": 3, "streams": 1, "both": 2},
		"bound-memory-by-n": {"the server's, http": 3, "the server's, streams": 1, "the server's, both": 2, "the lab's, http": 3, "the lab's, streams": 1, "the lab's, both": 2},
	} {
		p := plotOf(t, r, name)
		if len(p.Series) != len(want) {
			t.Errorf("%s: %d lines", name, len(p.Series))
		}
		for _, s := range p.Series {
			if s.Colour != want[s.Name] || s.Dashed != strings.HasPrefix(s.Name, "the lab's") {
				t.Errorf("%s: %s has colour %d, dashed %v", name, s.Name, s.Colour, s.Dashed)
			}
		}
	}
}

// What is expected is drawn among what it is about: of the canary the longest.
func TestRules(t *testing.T) {
	r := New([]*record.Run{searched()}, Options{})
	p := plotOf(t, r, "bound-canary-by-n")
	if len(p.Rules) != 1 || p.Y.Label != "canary, max" || p.Series[0].Points[0].Y != 0.3 {
		t.Errorf("%+v", p)
	}
	if got := rules(r.Runs, "canary", []string{"p99"}); len(got) > 0 {
		t.Errorf("%+v among p99", got)
	}
}

// Of requests, answers are counted, and not users; and no note is about what is not there.
func TestColumns(t *testing.T) {
	run := searched()
	told := text(t, New([]*record.Run{run}, Options{}))
	if !strings.Contains(told, "held  answers") || strings.Count(told, "held  users") != 2 || strings.Contains(told, "cpu:") {
		t.Error(told)
	}
	run.Steps[0].Figures["server.cores"] = 0.5
	if told = text(t, New([]*record.Run{run}, Options{})); !strings.Contains(told, "cpu:") {
		t.Error(told)
	}
}

// What was not ended by a failure is no limit.
func TestUntried(t *testing.T) {
	p := plotOf(t, New([]*record.Run{nodes(t)}, Options{}), "nodes-users-by-nodes")
	for i, point := range p.Series[0].Points {
		if point.Hollow != (i == 3) {
			t.Errorf("%+v", point)
		}
	}
	if !strings.Contains(p.Note, "Hollow: more were not tried") {
		t.Error(p.Note)
	}
}
