package report

import (
	"path/filepath"
	"regexp"
	"strings"

	"matchstream/internal/lab/report/plot"
)

// Plots are those of the whole report that have something to show, by name: the stage's
// and its own, bound-latency-over-time; where runs of one stage are not compared, that of
// their folder, 4-load-latency-over-time. Runs that are compared are drawn into the same.
func (r *Report) Plots() (all []*plot.Plot) {
	for _, group := range r.groups() {
		all = append(all, r.plots(group)...)
	}
	return all
}

func (r *Report) plots(runs []*Run) (all []*plot.Plot) {
	drawn := []*plot.Plot{r.byNodes(runs)}
	if severalN(stepLines(runs)) {
		drawn = append(drawn, byN(runs)...)
	}
	drawn = append(drawn, byTime(runs)...)
	for _, p := range append(drawn, percentiles(runs)) {
		if !p.Empty() {
			p.Name = strings.Trim(notName.ReplaceAllString(r.plotName(runs)+"-"+p.Name, "-"), "-")
			all = append(all, p)
		}
	}
	return all
}

// plotName is what names of plots of these runs begin with.
func (r *Report) plotName(runs []*Run) string {
	for _, group := range r.groups() {
		if group[0] != runs[0] && group[0].Stage == runs[0].Stage {
			return filepath.Base(runs[0].record.Dir)
		}
	}
	return runs[0].Stage
}

// notName is what the name of a file is kept free of: a stage may be anything.
var notName = regexp.MustCompile("[^a-z0-9]+")

func byN(runs []*Run) []*plot.Plot {
	return []*plot.Plot{
		againstN(runs, load{"complete-by-n", "Time to the last watcher, against N", "complete", "From when an event was due to when the last had it.", "complete"}),
		againstN(runs, load{"latency-by-n", "Latency of deliveries, against N", "latency", "Of each delivery, from when the event was due.", "latency"}),
		againstN(runs, load{"http-by-n", "Latency of answers, against N", "http", "Of each answer, from when the request was due.", "http"}),
		againstN(runs, load{"enter-by-n", "Time to enter, against N", "enter", "From connect to the status.", "enter"}),
		againstN(runs, load{"canary-by-n", "What a person would feel, against N", "canary", "The canary, on a connection of its own.", "canary"}),
		amount(runs, "connections-by-n", "Connections, against N", []string{"users", "server.connections"}),
		amount(runs, "deliveries-by-n", "Deliveries and requests, against N", []string{"deliveries", "http.requests"}),
		amount(runs, "memory-by-n", "Memory, against N", []string{"server.memory", "generator.memory"}),
		amount(runs, "cpu-by-n", "Processors busy, against N", []string{"server", "generator"}),
		errorsByN(runs),
	}
}

func byTime(runs []*Run) []*plot.Plot {
	return []*plot.Plot{
		overTime(runs, moment{"answers-over-time", "Latency of answers, over time", []string{"http"}}),
		overTime(runs, moment{"latency-over-time", "Latency, over time", []string{"latency", "complete", "enter"}}),
		overTime(runs, moment{"canary-over-time", "The canary, over time", []string{"canary"}}),
		countsOverTime(runs, "deliveries-over-time", "Deliveries, each second", "deliveries/s", "deliveries", "http.requests"),
		countsOverTime(runs, "connections-over-time", "Watchers, over time", "watchers", "users", "server.watchers", "server.connections"),
		busyOverTime(runs),
		memoryOverTime(runs),
		errorsOverTime(runs),
	}
}
