package cli

import (
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/record"
)

// simulateRecord is what is kept of a run; nil: nothing is. What cannot be kept is told
// at the end.
type simulateRecord struct {
	*record.Writer
	kept   map[string]int // findings, by code
	begun  time.Time
	failed error
}

// prepare begins a record, if there is to be one.
func (s *simulation) prepare(w *world, expected []lab.Expected) (err error) {
	if s.command.Out == "" {
		return nil
	}
	begin := lab.Begin{Stage: "simulate", Args: w.args, Settings: record.Settings()}
	for _, e := range expected {
		begin.Expected = append(begin.Expected, e.Text)
	}
	to, err := record.Create(s.command.Out, begin)
	if err != nil {
		return err
	}
	s.keep = &simulateRecord{Writer: to, kept: map[string]int{}, begun: time.Now()}
	return nil
}

// second keeps how it stands, and what the time since before has brought.
func (r *simulateRecord) second(begun time.Time, before, now *lab.Tally) {
	if r == nil {
		return
	}
	f := lab.Figures{"users": float64(now.Ready)}
	f["asked"] = float64(now.Asked - before.Asked)
	f["deliveries"] = float64(now.Events - before.Events)
	f["bytes"] = float64(now.Bytes - before.Bytes)
	f["generator.cpu"] = (now.Generator.CPU - before.Generator.CPU).Seconds()
	f["generator.memory"] = float64(now.Generator.Memory)
	f.Counts("errors", less(now.Errors, before.Errors))
	f.Counts("own", less(now.Own, before.Own))
	f.Histogram("connect", now.Connect.Since(before.Connect))
	f.Histogram("enter", now.Enter.Since(before.Enter))
	f.Histogram("latency", now.Latency.Since(before.Latency))
	f.Histogram("lateness", now.Generator.Lateness.Since(before.Generator.Lateness))
	f.Histogram("timers", now.Generator.Timers.Since(before.Generator.Timers))
	r.note(r.Second(lab.Second{At: r.At(), Figures: f}))
}

// less is what has been counted since before.
func less(now, before map[string]int64) map[string]int64 {
	d := map[string]int64{}
	for code, n := range now {
		d[code] = n - before[code]
	}
	return d
}

// findings keeps those that are new.
func (r *simulateRecord) findings(t *lab.Tally) {
	if r == nil {
		return
	}
	seen := map[string]int{}
	for _, f := range t.Findings {
		if seen[f.Code]++; seen[f.Code] > r.kept[f.Code] {
			r.kept[f.Code] = seen[f.Code]
			r.note(r.Finding(f))
		}
	}
}

// end keeps the rest; its error is the first of all.
func (r *simulateRecord) end(result simulateResult) error {
	if r == nil {
		return nil
	}
	if t := result.tally; t != nil {
		for name, h := range map[string]*lab.Histogram{"connect": t.Connect, "enter": t.Enter, "latency": t.Latency, "lateness": t.Generator.Lateness, "timers": t.Generator.Timers} {
			r.note(r.Histogram(record.Tag(0, name), h, r.begun, time.Now()))
		}
		r.note(r.Step(lab.Step{Number: 1, Took: r.At(), Search: "streams", Users: result.Plan.Users, AtOnce: result.Plan.AtOnce, OK: result.OK, Failed: result.Failed, Figures: result.Figures}))
	}
	r.note(r.Writer.End(lab.End{At: r.At(), Interrupted: result.Interrupted, Failed: result.Failed, Verdict: result.Verdict}))
	return r.failed
}

// note keeps the first error: the others mostly have its cause.
func (r *simulateRecord) note(err error) {
	if r.failed == nil {
		r.failed = err
	}
}
