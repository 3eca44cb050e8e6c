package report

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/record"
)

// steps are N of a search, those above most not held; the figure is N itself.
func steps(most int, all ...int) (steps []lab.Step) {
	for i, n := range all {
		steps = append(steps, lab.Step{Number: i + 1, Search: "streams", Users: n, AtOnce: 4, OK: n <= most, Figures: lab.Figures{"latency.p99": float64(n)}})
	}
	return steps
}

// Runs are compared at the most users that all have tried and that held in all; if there
// are none that held, at those; if there is nothing in common, each at its most.
func TestWhereRunsAreCompared(t *testing.T) {
	for _, c := range []struct {
		a, b []lab.Step
		at   string
		want []float64
	}{
		{steps(64, 16, 32, 64, 128), steps(128, 16, 32, 64, 128, 256), "64 users, 4 at once", []float64{64, 64}},
		{steps(64, 128, 64), steps(64, 128, 64), "64 users, 4 at once", []float64{64, 64}},
		{steps(0, 16, 32), steps(32, 16, 32), "32 users, 4 at once", []float64{32, 32}},
		{steps(32, 16, 32), steps(50, 50), "each at its most", []float64{32, 50}},
		{steps(32, 32), nil, "each at its most", []float64{32}},
	} {
		runs := []*record.Run{{Dir: "a", Begin: lab.Begin{Stage: "bound"}, Steps: c.a}, {Dir: "b", Begin: lab.Begin{Stage: "bound"}, Steps: c.b}}
		r := New(runs, Options{})
		if len(r.Compared) != 1 || len(r.Compared[0].Rows) != 1 {
			t.Fatalf("%+v", r.Compared)
		}
		row := r.Compared[0].Rows[0]
		var values []float64
		for _, v := range row.Values {
			if v != nil {
				values = append(values, *v)
			}
		}
		if row.At != c.at || !slices.Equal(values, c.want) {
			t.Errorf("%s: %v, expected %s: %v", row.At, values, c.at, c.want)
		}
		text(t, r)
		wellFormed(t, c.at, html(t, r))
	}
}

// Runs of different stages have nothing to be compared by.
func TestStagesAreNotCompared(t *testing.T) {
	r := New([]*record.Run{one("http", lab.Step{Users: 1}), one("bound", lab.Step{Users: 1})}, Options{})
	if len(r.Compared) > 0 {
		t.Errorf("%+v", r.Compared)
	}
	wellFormed(t, "stages", html(t, r))
}

// What changed is told, and only that; not where the record went.
func TestWhatChanged(t *testing.T) {
	a := one("bound", lab.Step{})
	a.Begin.Args = []string{"lab", "bound", "-n", "16", "--out", "a", "--quiet"}
	a.Begin.Settings = lab.Settings{Go: "go1.26.0", Sysctls: map[string]string{"net.core.somaxconn": "128", "x": "1"}, Env: map[string]string{"GOGC": "100"}}
	b := one("bound", lab.Step{})
	b.Begin.Args = []string{"lab", "bound", "-n=32", "--out=b", "--quiet"}
	b.Begin.Settings = lab.Settings{Go: "go1.26.0", Sysctls: map[string]string{"x": "1"}, CannotTell: []string{"net.core.somaxconn"}}
	want := []Changed{{"flag -n", []string{"16", "32"}}, {"env GOGC", []string{"100", ""}}, {"sysctl net.core.somaxconn", []string{"128", "cannot tell"}}}
	if got := New([]*record.Run{a, b}, Options{}).Compared[0].Settings; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, expected %v", got, want)
	}
	if got := flags([]string{"lab", "nodes", "a", "--max", "6", "--x=1=2", "-v"}); !maps.Equal(got, map[string]string{"": "lab nodes a", "--max": "6", "--x": "1=2", "-v": "yes"}) {
		t.Errorf("%v", got)
	}
}

// Where a server was on this machine does not matter, on which machine it was does; and
// each run has its token in a file of its own.
func TestWhereTheServerWas(t *testing.T) {
	of := func(server string) *record.Run {
		run := one("bound", lab.Step{})
		run.Begin.Args = []string{"lab", "bound", "--server", server, "--token-file", server + ".token"}
		run.Begin.Settings.Server = map[string]string{"url": server}
		return run
	}
	a, b, c := of("http://127.0.1.1:35899"), of("http://localhost:4"), of("http://203.0.113.7:8888")
	if got := New([]*record.Run{a, b}, Options{}).Compared[0].Settings; len(got) > 0 {
		t.Errorf("%v", got)
	}
	if got := New([]*record.Run{a, c}, Options{}).Compared[0].Settings; len(got) != 2 || got[0].Name != "flag --server" || got[1].Name != "server url" {
		t.Errorf("%v", got)
	}
}

// Settings are told so that a person reads them, and what is not known is said.
func TestReadableSettings(t *testing.T) {
	run := one("bound", lab.Step{})
	run.Begin.Settings = lab.Settings{Host: map[string]string{"memory": "24684092 kB"}, Server: map[string]string{"GOMEMLIMIT": "9223372036854776000"}, CannotTell: []string{"commit"}}
	want := []setting{{"server GOMEMLIMIT", "none"}, {"host memory", "23.5 GiB"}, {"program commit", "cannot tell"}}
	if got := settingsOf(New([]*record.Run{run}, Options{}).Runs[0]); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got := readable("server GOMEMLIMIT", "1073741824"); got != "1 GiB" {
		t.Error(got)
	}
}

// Many runs fit as well: they stand in parts, each beside the first.
func TestManyRuns(t *testing.T) {
	var runs []*record.Run
	for i := range 28 {
		run := one("bound", steps(100, 16)[0])
		run.Dir = fmt.Sprintf("out/%d/streams", i)
		runs = append(runs, run)
	}
	r := New(runs, Options{})
	if names := r.Compared[0].Runs; names[0] != "0/streams" || names[27] != "27/streams" {
		t.Errorf("%q", names)
	}
	if letter(25) != "z" || letter(26) != "aa" || letter(27) != "ab" {
		t.Error("letters run out")
	}
	text(t, r)
	wellFormed(t, "many", html(t, r))
}

// Whatever was counted is in the bucket where it belongs.
func TestBuckets(t *testing.T) {
	h := lab.NewHistogram()
	for _, ms := range []time.Duration{1, 1, 2, 3, 5, 11, 400} {
		h.Record(ms * time.Millisecond)
	}
	got := map[float64]int64{}
	for _, b := range buckets(h) {
		got[b.UpTo] = b.Count
	}
	if want := map[float64]int64{0.001: 2, 0.002: 1, 0.005: 2, 0.01: 0, 0.02: 1, 0.05: 0, 0.1: 0, 0.2: 0, 0.5: 1}; !maps.Equal(got, want) {
		t.Errorf("%v, expected %v", got, want)
	}
	if len(buckets(lab.NewHistogram())) > 0 {
		t.Error("there are buckets of nothing")
	}
}
