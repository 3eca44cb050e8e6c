package record

import (
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"matchstream/internal/lab"
)

var when = time.Date(2026, 7, 1, 20, 0, 0, 0, time.UTC)

func create(t *testing.T) *Writer {
	t.Helper()
	w, err := Create(filepath.Join(t.TempDir(), "out", "first"), lab.Begin{Stage: "bound", When: when, Args: []string{"lab", "bound"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

func read(t *testing.T, dir string) *Run {
	t.Helper()
	r, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Whatever was written is there at once, for another reader, before the run ends.
func TestAllIsThereAtOnce(t *testing.T) {
	w := create(t)
	must(t, w.Second(lab.Second{At: 1, Figures: lab.Figures{"users": 3, "latency.p50": math.NaN()}}))
	if r := read(t, w.Dir()); len(r.Seconds) != 1 || r.End != nil || len(r.Seconds[0].Figures) != 1 || r.Seconds[0].Figures["users"] != 3 {
		t.Fatalf("%+v", r)
	}
	step := lab.Step{Number: 1, Users: 16, AtOnce: 4, OK: true, Search: "http", Figures: lab.Figures{"errors": 0}, Kept: []string{"step-1.metrics.txt"}}
	must(t, w.Step(step))
	finding := lab.Finding{Code: lab.Missing, When: when, Who: "tcp/lab-1", Text: "4 after 2"}
	must(t, w.Finding(finding))
	found := lab.Found{Search: "http", Users: 16, Failing: 32, Limit: &lab.Limit{Of: "server", What: "cpu"}}
	must(t, w.Found(found))
	h := lab.NewHistogram()
	h.Record(5 * time.Millisecond)
	must(t, w.Histogram(Tag(1, "latency"), h, when, when.Add(time.Second)))
	h.Record(7 * time.Second)
	must(t, w.Histogram(Tag(1, "latency"), h, when.Add(time.Second), when.Add(2*time.Second)))
	must(t, w.Histogram(Tag(0, "latency"), lab.NewHistogram(), when, when))
	must(t, w.Keep("step-1.metrics.txt", []byte("up 1\n")))

	r := read(t, w.Dir())
	for _, pair := range [][2]any{
		{r.Begin.Stage, "bound"}, {r.Begin.Args, []string{"lab", "bound"}}, {r.Begin.When, when},
		{r.Steps, []lab.Step{step}}, {r.Findings, []lab.Finding{finding}}, {r.Found, []lab.Found{found}},
		{r.Files, []string{"step-1.metrics.txt"}}, {r.Remarks, []string(nil)}, {len(r.Histograms), 2},
		{r.Histograms[0].From.UTC(), when}, {r.Histograms[0].To.UTC(), when.Add(2 * time.Second)},
		{r.Histogram("step-1.latency").Count(), int64(3)}, {r.Histogram("latency").Count(), int64(0)},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("%+v, expected %+v", pair[0], pair[1])
		}
	}
	if max := r.Histogram("step-1.latency").Max(); max.Round(10*time.Millisecond) != 7*time.Second {
		t.Errorf("the longest is %v", max)
	}
	end := lab.End{At: 3, Verdict: "16 users"}
	must(t, w.End(end))
	if r := read(t, w.Dir()); r.End == nil || !reflect.DeepEqual(*r.End, end) {
		t.Errorf("%+v", r.End)
	}
	if err := w.Second(lab.Second{}); err == nil || !strings.Contains(err.Error(), "has ended") {
		t.Errorf("%v", err)
	}
}

// Lines of several goroutines are not mixed, and none is lost.
func TestAtTheSameTime(t *testing.T) {
	w := create(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 50 {
				if err := w.Second(lab.Second{Step: i}); err != nil {
					t.Error(err)
				}
			}
			if err := w.Histogram("latency", lab.NewHistogram(), when, when); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if r := read(t, w.Dir()); len(r.Seconds) != 400 || len(r.Remarks) > 0 {
		t.Errorf("%d, %q", len(r.Seconds), r.Remarks)
	}
}

func TestNoPlaceForARecord(t *testing.T) {
	full := t.TempDir()
	must(t, os.WriteFile(filepath.Join(full, "old"), nil, 0o666))
	for dir, want := range map[string]string{
		full:                            "is not empty (there is old in it): expected an empty folder",
		"":                              "needs a folder",
		filepath.Join(full, "old", "x"): "not a directory",
	} {
		if _, err := Create(dir, lab.Begin{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", dir, err)
		}
	}
}
