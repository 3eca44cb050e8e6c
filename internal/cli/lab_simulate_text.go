package cli

import (
	"fmt"
	"math"
	"strings"
	"time"

	"matchstream/internal/lab"
)

// text is the result for a person, in 80 columns.
func (r *simulateResult) text() string {
	var b strings.Builder
	say := func(format string, a ...any) {
		for _, row := range wrap(fmt.Sprintf(format, a...), textWidth, 11) {
			b.WriteString(row + "\n")
		}
	}
	t := r.tally
	paragraph(&b, "%s.", r.who())
	b.WriteString("\n")
	r.durations(&b)
	b.WriteString("\n")
	say("came       %s of %s", thousands(int64(t.Been)), thousands(int64(r.Plan.Users)))
	say("read       %s", readText(t))
	if t.Ended > 0 {
		say("ended      %s were there when the match ended", thousands(int64(t.Ended)))
	}
	say("the lab    %s", labText(t))
	for _, text := range r.Suspect {
		say("           %s", text)
	}
	for _, text := range r.CannotTell {
		say("           cannot tell: %s", text)
	}
	if sumOf(r.Errors)+sumOf(r.Own) > 0 {
		b.WriteString("\n")
	}
	for _, counts := range []map[string]int64{r.Errors, r.Own} {
		for _, code := range sortedKeys(counts) {
			if counts[code] > 0 {
				say("%10s %s", thousands(counts[code]), exampleOf(t, code))
			}
		}
	}
	b.WriteString("\n")
	paragraph(&b, "%s", r.Verdict)
	return b.String()
}

// who came, and where to.
func (r *simulateResult) who() string {
	p, all := r.Plan, 0
	for _, s := range p.Via {
		all += s.Weight
	}
	var via []string
	for _, s := range p.Via {
		text := string(s.Via)
		if len(p.Via) > 1 {
			text = fmt.Sprintf("%g%% %s", math.Round(1000*float64(s.Weight)/float64(all))/10, s.Via)
		}
		via = append(via, text)
	}
	at := p.Server
	if p.Service != nil {
		at += p.Service.Path
	}
	if at == "" {
		at = strings.Join(p.Lines, ", ")
	}
	if p.Match != "" {
		at = p.Match + " on " + at
	}
	return fmt.Sprintf("%s: %s users (%s), %s at once", at, thousands(int64(p.Users)), strings.Join(via, ", "), thousands(int64(p.AtOnce)))
}

// durations is a table of them.
func (r *simulateResult) durations(b *strings.Builder) {
	t := r.tally
	fmt.Fprintf(b, "%-22s %9s %9s %9s %9s %9s\n", "", "count", "p50", "p90", "p99", "max")
	for _, row := range []struct {
		name string
		h    *lab.Histogram
	}{
		{"connect", t.Connect}, {"enter", t.Enter}, {"latency", t.Latency},
		{"the lab: lateness", t.Generator.Lateness}, {"the lab: timers", t.Generator.Timers},
	} {
		if row.h.Count() == 0 {
			fmt.Fprintf(b, "%-22s %9s\n", row.name, "none")
			continue
		}
		fmt.Fprintf(b, "%-22s %9s", row.name, thousands(row.h.Count()))
		for _, q := range []float64{0.5, 0.9, 0.99} {
			fmt.Fprintf(b, " %9s", shownDuration(row.h.Quantile(q)))
		}
		fmt.Fprintf(b, " %9s\n", shownDuration(row.h.Max()))
	}
}

func readText(t *lab.Tally) string {
	text := fmt.Sprintf("%s events in %s frames, %s", thousands(t.Events), thousands(t.Frames), bytesText(t.Bytes))
	if t.Resumes > 0 {
		text += fmt.Sprintf("; %s resumed where they were", thousands(t.Resumes))
	}
	if t.Moved > 0 {
		text += fmt.Sprintf("; %s statuses between events", thousands(t.Moved))
	}
	if t.Repeated > 0 {
		text += fmt.Sprintf("; %s requests made again, on a new connection: the server had closed the one that was kept", thousands(t.Repeated))
	}
	if t.Outpaced > 0 {
		text += fmt.Sprintf("; %s times one who reads slowly was cut for that", thousands(t.Outpaced))
	}
	return text
}

// enoughToShare is how many users there are before a process's memory is told as theirs.
const enoughToShare = 1000

// labText is what the lab has cost.
func labText(t *lab.Tally) string {
	g := t.Generator
	text := fmt.Sprintf("%d processes, %.1f s of CPU", g.Processes, g.CPU.Seconds())
	if g.Processes == 1 {
		text = fmt.Sprintf("1 process, %.1f s of CPU", g.CPU.Seconds())
	}
	if g.Coming > 0 && t.Asked > 0 {
		text += fmt.Sprintf(": %.0f µs for each user who came", micros(g.Coming)/float64(t.Asked))
		if t.Events > 0 {
			text += fmt.Sprintf(", %.1f µs for each event read", micros(g.CPU-g.Coming)/float64(t.Events))
		}
	}
	if t.Been >= enoughToShare && g.Memory > 0 {
		text += fmt.Sprintf("; %s of memory for each", bytesText(g.Memory/int64(t.Been)))
	}
	return text
}

// bytesText is a size that one can read.
func bytesText(n int64) string {
	const step = 1000
	switch {
	case n < 10*step:
		return thousands(n) + " bytes"
	case n < 10*step*step:
		return thousands(n/step) + " kB"
	}
	return thousands(n/step/step) + " MB"
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }
