package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"matchstream/internal/lab"
)

const textWidth = 80 // columns of what the lab prints

// text is the result for a person, in 80 columns.
func (r *httpResult) text() string {
	var b strings.Builder
	a := r.Answers
	pace := "all due at once"
	if r.Load.Over > 0 {
		pace = fmt.Sprintf("due over %v (%.4g a second)", r.Load.Over, float64(r.Load.Users)/r.Load.Over.Seconds())
	}
	paragraph(&b, "%s: %d users, %s, at most %d at once%s.", r.Server, r.Load.Users, pace, r.Load.AtOnce, ofMatch(r.Match))
	b.WriteString("\n")
	r.table(&b)
	b.WriteString("\nTimes of answers, from when each was due:\n")
	b.WriteString(readable(a.Latency))
	if a.Repeated > 0 {
		b.WriteString("\n")
		paragraph(&b, "%d repeated on a new connection: the server had closed the one that was kept", a.Repeated)
	}
	r.errors(&b)
	b.WriteString("\n")
	r.lab(&b)
	b.WriteString("\n")
	if r.Interrupted {
		paragraph(&b, "Interrupted after %v: this is what there was until then.", a.Wall.Round(100*time.Millisecond))
	}
	paragraph(&b, "%s", r.Verdict)
	return b.String()
}

func ofMatch(id string) string {
	if id == "" {
		return ""
	}
	return ", match " + id
}

// table is a row for each route, in the order in which they were asked, and one of all.
func (r *httpResult) table(b *strings.Builder) {
	row := func(name string, sent, ok, failed int64, h *lab.Histogram) {
		fmt.Fprintf(b, "%-14.14s %8d %8d %8d", name, sent, ok, failed)
		for _, q := range []float64{0.5, 0.9, 0.99, 1} {
			text := "-"
			if h.Count() > 0 {
				text = shownDuration(h.Quantile(q))
			}
			fmt.Fprintf(b, " %8s", text)
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(b, "%-14s %8s %8s %8s %8s %8s %8s %8s\n", "", "asked", "answered", "errors", "p50", "p90", "p99", "max")
	a := r.Answers
	for _, one := range r.Load.Requests {
		route := a.Routes[one.Name]
		row(one.Name, route.Sent, route.OK, route.Failed(), route.Latency)
	}
	if len(r.Load.Requests) > 1 {
		row("all", a.Sent, a.OK, a.Failed(), a.Latency)
	}
}

// errors are the kinds of them, and the first of each to look into.
func (r *httpResult) errors(b *strings.Builder) {
	a := r.Answers
	if len(a.Errors)+len(a.Own) == 0 {
		return
	}
	b.WriteString("\nErrors:\n")
	for _, code := range sortedKeys(a.Errors) {
		fmt.Fprintf(b, "  %8d  %s\n", a.Errors[code], code)
	}
	for _, code := range sortedKeys(a.Own) {
		fmt.Fprintf(b, "  %8d  %s (the lab's own)\n", a.Own[code], code)
	}
	b.WriteString("The first of each kind:\n")
	told := map[string]bool{}
	for _, f := range a.Findings {
		if !told[f.Code] {
			told[f.Code] = true
			for _, row := range wrap("  "+f.Who+" "+f.Text, textWidth, 4) {
				b.WriteString(row + "\n")
			}
		}
	}
}

// lab is what the lab says of itself.
func (r *httpResult) lab(b *strings.Builder) {
	a := r.Answers
	text := fmt.Sprintf("The lab itself: %.2f s of CPU in %.1f s", a.CPU.Seconds(), a.Wall.Seconds())
	if a.Timers.Count() > 0 {
		text += fmt.Sprintf("; 99%% of its users came within %s of their time, the last of them %s late", shownDuration(a.Timers.Quantile(0.99)), shownDuration(a.Timers.Max()))
	}
	if r.Waited > 0 {
		text += fmt.Sprintf("; %d users had to wait for one of %d connections, which their times count", r.Waited, r.Load.AtOnce)
	}
	paragraph(b, "%s.", text)
}

// paragraph adds a text in rows that fit.
func paragraph(b *strings.Builder, form string, a ...any) {
	for _, row := range wrap(fmt.Sprintf(form, a...), textWidth, 0) {
		b.WriteString(row + "\n")
	}
}

func sortedKeys(counts map[string]int64) []string { return slices.Sorted(maps.Keys(counts)) }

func sumOf(counts map[string]int64) (n int64) {
	for _, count := range counts {
		n += count
	}
	return n
}
