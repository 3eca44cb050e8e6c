package report

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"matchstream/internal/lab"
	"matchstream/internal/lab/record"
)

// stagesOf is a folder as lab all makes it.
func stagesOf(t testing.TB, dir string, most int) *record.Folder {
	f := &record.Folder{Dir: dir, Inside: "  NODE  WATCHERS\n  lab1       100\n", Box: &record.Box{Of: "process 7", Watchers: 1024, Findings: []record.BoxFinding{
		{Code: "somaxconn", Severity: "ok", Measured: "4,096"},
		{Code: "netdev_max_backlog", Severity: "warning", Measured: "1,000; 3,740 packets dropped", Needed: "no packet dropped",
			Remedy: []string{"# on the container's host:", "sudo sysctl -w net.core.netdev_max_backlog='2000'"}},
	}}}
	add := func(name string, run record.Run) {
		run.In, run.Dir = dir, filepath.Join(dir, name)
		f.Runs = append(f.Runs, &run)
	}
	// As they came: the box and the look inside are between.
	add("1-simulate", *one("simulate", lab.Step{Users: 100, OK: true, Figures: lab.Figures{"users": 100, "latency.p99": 0.01, "lateness.p99": 0.0001}}))
	add("2-bound", *bound(t, "first", "100", most, 1))
	add("4-load", *one("simulate", lab.Step{Users: 500, OK: true, Figures: lab.Figures{"users": 500, "latency.p99": 0.02, "lateness.p99": 0.0001}}))
	add("5-nodes", *nodes(t))
	return f
}

// A folder of lab all is told stage by stage; nothing in it is compared with the rest of
// it, and beside the article is what was found.
func TestStages(t *testing.T) {
	r := Of([]*record.Folder{stagesOf(t, "first", 1024)}, Options{Article: true})
	if len(r.Compared) > 0 {
		t.Errorf("%+v", r.Compared)
	}
	var data bytes.Buffer
	must(t, r.WriteJSON(&data))
	told, page := text(t, r), html(t, r)
	golden(t, "stages.txt", []byte(told))
	golden(t, "stages.html", []byte(page))
	fits(t, "stages", told)
	whole(t, "stages", page)
	readBack(t, "stages", &data, r)
	for _, got := range []string{told, page} {
		at := 0
		for _, next := range []string{"Stage 1: is it", "Stage 2: find", "Stage 3: the box", "netdev_max_backlog", "Stage 4: looking", "lab1 ", "4-load", "Stage 5: adding"} {
			i := strings.Index(got[at:], next)
			if i < 0 {
				t.Fatalf("%q does not come next in %s", next, got[at:])
			}
			at += i
		}
		if strings.Contains(got, "somaxconn (ok)") {
			t.Error("what is fine is told")
		}
	}
	names := map[string]bool{}
	for _, p := range r.Plots() {
		if names[p.Name] {
			t.Errorf("two plots are %s", p.Name)
		}
		names[p.Name] = true
	}
}

// Two such folders are compared stage by stage.
func TestStagesOfTwo(t *testing.T) {
	r := Of([]*record.Folder{stagesOf(t, "before", 1024), stagesOf(t, "after", 2048)}, Options{Article: true})
	var runs []string
	for _, c := range r.Compared {
		runs = append(runs, strings.Join(c.Runs, " "))
	}
	want := []string{"before/1-simulate after/1-simulate", "before/2-bound after/2-bound", "before/4-load after/4-load", "before/5-nodes after/5-nodes"}
	if !slices.Equal(runs, want) {
		t.Errorf("%q", runs)
	}
	if b := r.Beside[0]; b.Here != "http 1,024, then 2,048; streams 1,024, then 2,048" {
		t.Errorf("%+v", b)
	}
	text(t, r)
	whole(t, "two", html(t, r))
}
