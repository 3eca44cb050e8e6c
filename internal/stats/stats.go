// Package stats is the metrics of a node, in Prometheus' format. It knows
// nothing of what it counts: others register functions that read their own
// counters when they are asked for. No label grows with matches or users.
package stats

import (
	"net/http"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// prefix of all our metrics.
const prefix = "matchstream_"

// Labels of a metric, by name.
type Labels = prometheus.Labels

// Metrics is a node's. Register everything before Handler is served.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

// New makes the metrics of a node of some version, with those of the process
// and of the Go runtime.
func New(version string) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	m.requests = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: prefix + "http_request_seconds", Help: "Time to answer API requests, streams left out.",
		Buckets: prometheus.ExponentialBuckets(0.0001, 4, 9),
	}, []string{"route", "status"})
	m.registry.MustRegister(m.requests, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.Gauge("build_info", "Always 1; the labels say what is running.",
		Labels{"version": version, "revision": revision(), "go_version": runtime.Version()}, func() float64 { return 1 })
	return m
}

// revision of the source that the program was built from.
func revision() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return s.Value
			}
		}
	}
	return "unknown"
}

// Counter registers a number that only rises. name is without the prefix.
func (m *Metrics) Counter(name, help string, labels Labels, read func() uint64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: prefix + name, Help: help, ConstLabels: labels,
	}, func() float64 { return float64(read()) }))
}

// Gauge registers a number that rises and falls.
func (m *Metrics) Gauge(name, help string, labels Labels, read func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: prefix + name, Help: help, ConstLabels: labels,
	}, read))
}

// Gauges registers numbers that are found together, one for each value of a
// label. read gives them when it is asked for.
func (m *Metrics) Gauges(name, help, label string, read func() map[string]float64) {
	m.registry.MustRegister(&gauges{read: read, of: prometheus.NewDesc(prefix+name, help, []string{label}, nil)})
}

type gauges struct {
	of   *prometheus.Desc
	read func() map[string]float64
}

func (g *gauges) Describe(to chan<- *prometheus.Desc) { to <- g.of }

func (g *gauges) Collect(to chan<- prometheus.Metric) {
	for value, n := range g.read() {
		to <- prometheus.MustNewConstMetric(g.of, prometheus.GaugeValue, n, value)
	}
}

// Timer registers durations; what it returns takes one, from any goroutine.
func (m *Metrics) Timer(name, help string) (observe func(time.Duration)) {
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: prefix + name, Help: help,
		Buckets: prometheus.ExponentialBuckets(0.0001, 2, 15)})
	m.registry.MustRegister(h)
	return func(d time.Duration) { h.Observe(d.Seconds()) }
}

// Histogram registers durations that others have counted; they are summed. read
// gives them when it is asked for.
func (m *Metrics) Histogram(name, help string, read func() (upTo map[float64]uint64, count uint64, sum float64)) {
	m.registry.MustRegister(&histogram{read: read, of: prometheus.NewDesc(prefix+name, help, nil, nil)})
}

type histogram struct {
	of   *prometheus.Desc
	read func() (map[float64]uint64, uint64, float64)
}

func (h *histogram) Describe(to chan<- *prometheus.Desc) { to <- h.of }

func (h *histogram) Collect(to chan<- prometheus.Metric) {
	upTo, count, sum := h.read()
	to <- prometheus.MustNewConstHistogram(h.of, count, sum, upTo)
}

// Observe notes one answer of the API. route is a pattern, of which there are
// few, never a path.
func (m *Metrics) Observe(route string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(route, class(status)).Observe(took.Seconds())
}

// class of a status: the exact one tells little more and makes many series.
func class(status int) string {
	return [...]string{"1xx", "2xx", "3xx", "4xx", "5xx"}[min(max(status/100, 1), 5)-1]
}

// Handler serves the metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}
