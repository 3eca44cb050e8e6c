package lab

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Figures are numbers by name. Of a duration (its name ends in one of quantiles) it is
// seconds. What is not known is not there.
//
//	connect.p50 …       of each connection: connect() to connected
//	enter.p50 …         connect() (or the first request) to the status
//	latency.p50 …       of each delivery, from when the event was due
//	first.…, complete.… of each event: its first, its last delivery
//	lateness.…, timers.…  the lab's own: kernel to read; its timers
//	http.p50 …          of each answer, from when the request was due; http.checkin.p50 … of one route
//	canary.p50 …        what a person would have felt
//	users, asked, deliveries, bytes, incomplete, errors, errors.missing …, own, own.ports …
//	http.requests, http.errors, http.errors.timed-out …; http.checkin.errors … of one route
//	http.repeated       requests made again, on a new connection: the server had closed the one
//	                    that was kept, as it may; repeated, canary.repeated likewise
//	generator.cpu       of its processes, in seconds, of which generator.coming until all had come:
//	                    a delivery costs (generator.cpu - generator.coming) / deliveries
//	server.cpu, server.memory, server.descriptors, server.connections   where known
type Figures map[string]float64

// quantiles of a histogram, by the last part of a figure's name.
var quantiles = map[string]float64{"p50": 0.5, "p90": 0.9, "p99": 0.99, "p999": 0.999}

// IsDuration says whether a figure is one (then its unit is the second).
func IsDuration(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	_, ok := quantiles[last]
	return ok || last == "max" || last == "min" || last == "mean"
}

// Histogram puts a histogram's figures in, if it has any values.
func (f Figures) Histogram(name string, h *Histogram) {
	if h == nil || h.Count() == 0 {
		return
	}
	for q, share := range quantiles {
		f[name+"."+q] = h.Quantile(share).Seconds()
	}
	f[name+".max"], f[name+".min"], f[name+".mean"] = h.Max().Seconds(), h.Min().Seconds(), h.Mean().Seconds()
}

// Counts adds counts by code, and their sum.
func (f Figures) Counts(name string, counts map[string]int64) {
	all := int64(0)
	for code, n := range counts {
		f[name+"."+strings.TrimPrefix(code, name+"-")] += float64(n)
		all += n
	}
	f[name] += float64(all)
}

// Tally puts all of a crowd in. An event is complete when all of the readers have it, and
// only then is it among complete.…; incomplete counts those, up to the last that was
// sent, which are not.
func (f Figures) Tally(t *Tally, last, readers int) {
	f.Histogram("connect", t.Connect)
	f.Histogram("enter", t.Enter)
	f.Histogram("latency", t.Latency)
	f.Histogram("lateness", t.Generator.Lateness)
	f.Histogram("timers", t.Generator.Timers)
	first, complete, incomplete := NewHistogram(), NewHistogram(), 0
	for i := range last {
		switch {
		case i >= len(t.Arrivals) || t.Arrivals[i].Count < int64(readers):
			incomplete++
		case t.Arrivals[i].Count > 0:
			complete.Record(t.Arrivals[i].Last)
		}
		if i < len(t.Arrivals) && t.Arrivals[i].Count > 0 {
			first.Record(t.Arrivals[i].First)
		}
	}
	f.Histogram("first", first)
	f.Histogram("complete", complete)
	f.Counts("errors", t.Errors)
	f.Counts("own", t.Own)
	f["incomplete"] = float64(incomplete)
	f["users"], f["asked"] = float64(t.Been), float64(t.Asked)
	f["deliveries"], f["bytes"] = float64(t.Events), float64(t.Bytes)
	f["repeated"] = float64(t.Repeated)
	f["generator.cpu"], f["generator.memory"] = t.Generator.CPU.Seconds(), float64(t.Generator.Memory)
	f["generator.coming"] = t.Generator.Coming.Seconds()
	f["generator.run-delay"] = t.Generator.RunDelay.Seconds()
}

// Names are those of all figures, sorted.
func (f Figures) Names() []string { return slices.Sorted(maps.Keys(f)) }

// Duration is a figure that is one.
func (f Figures) Duration(name string) time.Duration {
	return time.Duration(f[name] * float64(time.Second))
}
