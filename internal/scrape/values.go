package scrape

import (
	"strings"

	dto "github.com/prometheus/client_model/go"
)

// Label is what a series must have, by name and value.
type Label struct{ Name, Value string }

// Value is the sum of a counter's or gauge's series that have these labels (with none:
// of all); false: there is no such series.
func (m Metrics) Value(name string, having ...Label) (sum float64, ok bool) {
	for _, one := range m.families[name].GetMetric() {
		if v, is := plain(one); is && has(one, having) {
			sum, ok = sum+v, true
		}
	}
	return sum, ok
}

// By are the sums of a counter's or gauge's series by the value of a label; empty, if
// there are none.
func (m Metrics) By(name, label string) map[string]float64 {
	sums := map[string]float64{}
	for _, one := range m.families[name].GetMetric() {
		if v, is := plain(one); is {
			for _, l := range one.GetLabel() {
				if l.GetName() == label {
					sums[l.GetValue()] += v
				}
			}
		}
	}
	return sums
}

// Series are all numbers by the name of their series, as it stands on the page:
// watchers{protocol="tcp"}. A histogram or summary is its _count and _sum.
func (m Metrics) Series() map[string]float64 {
	all := map[string]float64{}
	for name, family := range m.families {
		for _, one := range family.GetMetric() {
			at := labels(one)
			if v, is := plain(one); is {
				all[name+at] = v
			} else if h := one.GetHistogram(); h != nil {
				all[name+"_count"+at], all[name+"_sum"+at] = float64(h.GetSampleCount()), h.GetSampleSum()
			} else if s := one.GetSummary(); s != nil {
				all[name+"_count"+at], all[name+"_sum"+at] = float64(s.GetSampleCount()), s.GetSampleSum()
			}
		}
	}
	return all
}

// Grows says whether a series, by its name as in Series, is one that only grows: a
// counter, or the count or sum of a histogram.
func (m Metrics) Grows(series string) bool {
	name, _, _ := strings.Cut(series, "{")
	if f, ok := m.families[name]; ok {
		return f.GetType() == dto.MetricType_COUNTER
	}
	name = strings.TrimSuffix(strings.TrimSuffix(name, "_count"), "_sum")
	_, ok := m.families[name]
	return ok
}

// plain is the value of a series that is one number.
func plain(m *dto.Metric) (float64, bool) {
	switch {
	case m.Counter != nil:
		return m.Counter.GetValue(), true
	case m.Gauge != nil:
		return m.Gauge.GetValue(), true
	case m.Untyped != nil:
		return m.Untyped.GetValue(), true
	}
	return 0, false
}

func has(m *dto.Metric, having []Label) bool {
	found := 0
	for _, l := range m.GetLabel() {
		for _, h := range having {
			if l.GetName() == h.Name && l.GetValue() == h.Value {
				found++
			}
		}
	}
	return found == len(having)
}

// labels as they stand on the page: {protocol="tcp"}, or nothing.
func labels(m *dto.Metric) string {
	if len(m.GetLabel()) == 0 {
		return ""
	}
	var all []string
	for _, l := range m.GetLabel() {
		all = append(all, l.GetName()+`="`+l.GetValue()+`"`)
	}
	return "{" + strings.Join(all, ",") + "}"
}
