package scrape

import (
	"context"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const page = `# HELP watchers Watchers now.
# TYPE watchers gauge
watchers{protocol="tcp"} 70
watchers{protocol="sse"} 20
# TYPE closes_total counter
closes_total{protocol="tcp",reason="left"} 5
closes_total{protocol="tcp",reason="shed"} 2
closes_total{protocol="sse",reason="left"} 1
# TYPE append_seconds histogram
append_seconds_bucket{le="0.001"} 90
append_seconds_bucket{le="0.01"} 99
append_seconds_bucket{le="+Inf"} 100
append_seconds_sum 0.5
append_seconds_count 100
odd 3
`

func parse(t *testing.T, text string) Metrics {
	t.Helper()
	m, err := Parse([]byte(text), time.Unix(1, 0))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestValues(t *testing.T) {
	m := parse(t, page)
	for _, c := range []struct {
		name   string
		having []Label
		want   float64
	}{
		{"watchers", nil, 90}, {"watchers", []Label{{"protocol", "sse"}}, 20}, {"odd", nil, 3},
		{"closes_total", []Label{{"reason", "left"}, {"protocol", "tcp"}}, 5},
	} {
		if v, ok := m.Value(c.name, c.having...); !ok || v != c.want {
			t.Errorf("%s %v: %v %v, expected %v", c.name, c.having, v, ok, c.want)
		}
	}
	if v, ok := m.Value("watchers", Label{"protocol", "ws"}); ok {
		t.Errorf("a series that is not there is %v", v)
	}
	if got, want := m.By("closes_total", "reason"), map[string]float64{"left": 6, "shed": 2}; !maps.Equal(got, want) {
		t.Errorf("%v, expected %v", got, want)
	}
	all := m.Series()
	if all[`closes_total{protocol="tcp",reason="shed"}`] != 2 || all["append_seconds_count"] != 100 || len(all) != 8 {
		t.Errorf("%v", all)
	}
	if m.Grows(`watchers{protocol="tcp"}`) || !m.Grows(`closes_total{protocol="tcp"}`) || !m.Grows("append_seconds_sum") || m.Grows("none") {
		t.Error("what grows and what does not were confused")
	}
}

func TestHistogram(t *testing.T) {
	before, _ := parse(t, page).Histogram("append_seconds")
	if q := before.Quantile(0.95); math.Abs(q-0.006) > 1e-9 { // 5 of the 9 in that bucket
		t.Errorf("0.95: %v", q)
	}
	if q := before.Quantile(1); q != 0.01 {
		t.Errorf("above the last border: %v", q)
	}
	later := strings.NewReplacer(`"0.01"} 99`, `"0.01"} 199`, `"+Inf"} 100`, `"+Inf"} 200`, "count 100", "count 200").Replace(page)
	after, _ := parse(t, later).Histogram("append_seconds")
	since := after.Since(before)
	if since.Count != 100 || since.Quantile(0.5) <= 0.001 || since.Quantile(0.5) > 0.01 {
		t.Errorf("%+v", since)
	}
	if _, ok := parse(t, page).Histogram("watchers"); ok || (Histogram{}).Quantile(0.5) != 0 {
		t.Error("a histogram of what is none")
	}
}

func TestGet(t *testing.T) {
	answers := map[string]string{"/metrics": page, "/other": "<html>"}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, ok := answers[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusForbidden)
		}
		w.Write([]byte(text))
	}))
	defer server.Close()
	m, err := Get(context.Background(), server.Client(), server.URL+"/metrics")
	if v, _ := m.Value("odd"); err != nil || v != 3 || string(m.Text) != page || m.When.IsZero() {
		t.Errorf("%v %v", v, err)
	}
	for path, want := range map[string]string{"/other": "expected metrics in Prometheus' text format", "/none": "expected 200 OK, not 403"} {
		if _, err := Get(context.Background(), server.Client(), server.URL+path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := Page(context.Background(), server.Client(), server.URL+"/metrics", 10); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Errorf("too long: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(page))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := Parse(text, time.Time{})
		if err != nil {
			return
		}
		for name := range m.Series() {
			m.Grows(name)
			m.By(name, "le")
			h, _ := m.Histogram(name)
			h.Since(h).Quantile(0.5)
			h.Quantile(0.99)
		}
	})
}
