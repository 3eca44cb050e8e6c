package node_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

var (
	metricType = regexp.MustCompile(`(?m)^# TYPE matchstream_(\w+) `)
	documented = regexp.MustCompile("(?m)^\\| ((?:`\\w+`(?:, )?)+) \\|")
)

// TestMetricsAreDocumented: the page has every metric, and no other; and they
// are named as Prometheus' people expect it.
func TestMetricsAreDocumented(t *testing.T) {
	c := config(t)
	c.AccessLog = filepath.Join(t.TempDir(), "access.log")
	n := start(t, c)
	get(t, "http://"+n.HTTPAddr()+"/1/checkin") // a request, for the histogram
	_, text := get(t, "http://"+n.AdminAddr()+"/metrics")
	var have, want []string
	for _, m := range metricType.FindAllStringSubmatch(text, -1) {
		have = append(have, m[1])
	}
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "METRICS.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range documented.FindAllStringSubmatch(string(page), -1) {
		for name := range strings.SplitSeq(row[1], ", ") {
			want = append(want, strings.Trim(name, "`"))
		}
	}
	for _, name := range want {
		if !slices.Contains(have, name) {
			t.Errorf("%s is documented, and there is none", name)
		}
	}
	for _, name := range have {
		if !slices.Contains(want, name) {
			t.Errorf("%s is not documented", name)
		}
	}
	for _, m := range regexp.MustCompile(`matchstream_(\w+?)(?:_bucket)?[ {\[<>*)]`).FindAllStringSubmatch(string(page), -1) {
		if !slices.Contains(have, m[1]) {
			t.Errorf("an alert is on %s, which there is not", m[1])
		}
	}
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "matchstream_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
}

// TestSeriesDoNotGrow: with many matches and users there are as many series as
// with few.
func TestSeriesDoNotGrow(t *testing.T) {
	c := config(t)
	c.OperatorToken = operator
	r := &counted{T: t, node: start(t, c)}
	series := func(days int) (names []string) {
		for i := range days {
			id := fmt.Sprintf("elp-tig-2011-%02d-%02d", 1+i/28, 1+i%28)
			status, body := get(t, "http://"+r.node.HTTPAddr()+"/1/match/"+id)
			if status == http.StatusNotFound {
				r.create(id)
			} else if status != http.StatusOK {
				t.Fatalf("%d %s", status, body)
			}
			for _, protocol := range []string{"tcp", "sse", "ws"} {
				r.watch(protocol, id, fmt.Sprintf("user %d", i)).Close()
			}
		}
		_, text := get(t, "http://"+r.node.AdminAddr()+"/metrics")
		for line := range strings.Lines(text) {
			if name, _, ok := strings.Cut(line, " "); ok && strings.HasPrefix(name, "matchstream_") {
				names = append(names, name)
			}
		}
		return names
	}
	series(3) // each answer of the API has been given once
	few := series(3)
	if many := series(60); !slices.Equal(few, many) {
		t.Errorf("%d series, with many matches and users %d:\n%s", len(few), len(many), strings.Join(many, "\n"))
	}
}
