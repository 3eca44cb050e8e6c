package kept

import (
	"bytes"
	"context"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/pprof/profile"

	"matchstream/internal/scrape"
)

var update = flag.Bool("update", false, "rewrite golden files")

// made is a profile in which each function took so much.
func made(t *testing.T, kind string, took map[string]int64) []byte {
	t.Helper()
	p := &profile.Profile{SampleType: []*profile.ValueType{{Type: "samples", Unit: "count"}, {Type: kind, Unit: "unit"}}, PeriodType: &profile.ValueType{}}
	for name, n := range took {
		id := uint64(len(p.Function) + 1)
		f := &profile.Function{ID: id, Name: name}
		l := &profile.Location{ID: id, Line: []profile.Line{{Function: f}}}
		p.Function, p.Location = append(p.Function, f), append(p.Location, l)
		for _, v := range [][]int64{{30, n / 2}, {0, n - n/2}} {
			p.Sample = append(p.Sample, &profile.Sample{Location: []*profile.Location{l}, Value: v})
		}
	}
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func page(t *testing.T, second int64, text string) scrape.Metrics {
	t.Helper()
	m, err := scrape.Parse([]byte(text), time.Unix(second, 0))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func tries(t *testing.T) (worked, failed *Kept) {
	const head = "# TYPE matchstream_writes_total counter\n# TYPE matchstream_watchers gauge\n# TYPE matchstream_would_block_total counter\nprocess_start_time_seconds "
	worked = &Kept{Users: 1000,
		CPU:    made(t, "cpu", map[string]int64{"internal/runtime/syscall.Syscall6": 600, "matchstream/internal/pump.(*loop).walk": 300, "main.x": 100}),
		Heap:   made(t, "inuse_space", map[string]int64{"bufio.NewReaderSize": 1000}),
		Before: page(t, 0, head+"1\nmatchstream_writes_total 0\nmatchstream_watchers 0\nmatchstream_would_block_total 5\n"),
		After:  page(t, 10, head+"1\nmatchstream_writes_total 200000\nmatchstream_watchers 1000\nmatchstream_would_block_total 5\n")}
	failed = &Kept{Users: 2000,
		CPU:        made(t, "cpu", map[string]int64{"github.com/danielgtaylor/huma/v2.Register[go.shape.struct { a/b [1]int }].func1": 100, "internal/runtime/syscall.Syscall6": 1000, "matchstream/internal/pump.(*loop).walk": 900, "runtime.mallocgc": 200}),
		Heap:       made(t, "inuse_space", map[string]int64{"bufio.NewReaderSize": 1500, "encoding/json.Marshal": 500}),
		Before:     page(t, 20, head+"1\nmatchstream_writes_total 200000\nmatchstream_watchers 1000\nmatchstream_would_block_total 5\n"),
		After:      page(t, 30, head+"2\nmatchstream_writes_total 500000\nmatchstream_watchers 2000\nmatchstream_would_block_total 505\n"),
		CannotTell: []string{"the weather"}}
	return worked, failed
}

func TestCompare(t *testing.T) {
	worked, failed := tries(t)
	got := Compare(worked, failed)
	const file = "testdata/compared.txt"
	if *update {
		os.MkdirAll("testdata", 0o755)
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || got != string(want) {
		t.Errorf("%v: got\n%s\nexpected\n%s", err, got, want)
	}
	for _, odd := range [][]byte{[]byte("no profile"), made(t, "goroutine", map[string]int64{"main.x": 1})} {
		failed.CPU = odd
		if got := Compare(worked, failed); !strings.Contains(got, "Processor: cannot tell: expected a profile") {
			t.Errorf("got\n%s", got)
		}
	}
	short := made(t, "cpu", map[string]int64{"main.x": 1})
	failed.CPU = short
	if got := Compare(worked, failed); strings.Contains(got, "too few") {
		t.Errorf("30 samples were too few:\n%s", got)
	}
	p, err := profile.ParseData(short)
	if err != nil {
		t.Fatal(err)
	}
	p.Sample[0].Value[0] = fewest - 1
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	failed.CPU = b.Bytes()
	if got := Compare(worked, failed); !strings.Contains(got, "Processor: cannot tell: of 19 samples, which are too few") {
		t.Errorf("got\n%s", got)
	}
	empty := &Kept{Users: 7}
	if got := Compare(empty, failed); strings.Count(got, "\n\n") != 1 { // the weather
		t.Errorf("of nothing:\n%s", got)
	}
}

func TestProfile(t *testing.T) {
	cpu, heap := made(t, "cpu", map[string]int64{"main.x": 1}), made(t, "inuse_space", map[string]int64{"main.x": 1})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.RequestURI() {
		case "/debug/pprof/profile?seconds=2":
			w.Write(cpu)
		case "/debug/pprof/heap":
			w.Write(heap)
		default:
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	defer server.Close()
	k := &Kept{After: page(t, 1, "x 1\n")}
	k.Profile(context.Background(), server.Client(), server.URL, 2)
	if files := k.Files(); len(files) != 3 || !bytes.Equal(files["cpu.pprof"], cpu) || !bytes.Equal(files["heap.pprof"], heap) || len(k.CannotTell) != 0 {
		t.Errorf("%v %q", files, k.CannotTell)
	}
	if names := strings.Join(k.Names("tcp-"), " "); names != "tcp-cpu.pprof tcp-heap.pprof tcp-metrics.txt" {
		t.Error(names)
	}
	none := &Kept{}
	none.Profile(context.Background(), server.Client(), server.URL+"/none", 2)
	if len(none.Files()) != 0 || len(none.CannotTell) != 2 || !strings.Contains(none.CannotTell[0], "403") {
		t.Errorf("%q", none.CannotTell)
	}
}
