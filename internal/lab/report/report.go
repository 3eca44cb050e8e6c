// Package report tells what is in records: as text, JSON, a page with plots, and the plots
// alone. It reads no files: New is given what lab/record has read, and nothing that it
// says depends on when or where it is said.
package report

import (
	"path/filepath"
	"strings"

	"matchstream/internal/lab"
	"matchstream/internal/lab/record"
)

// Options are what a reader may want beside what is always told.
type Options struct {
	Settings bool // all of them, not only those worth knowing
	Article  bool // the figures of "Scaling Erlang" beside ours
}

// Report is what is told of some runs. As JSON it is stable: fields are added, never
// renamed.
type Report struct {
	Format   int           `json:"format"` // 1; rises when the meaning of a field changes
	Runs     []*Run        `json:"runs"`
	Compared []*Comparison `json:"compared,omitempty"` // those of one stage, if several
	Article  []Reference   `json:"article,omitempty"`
	Beside   []Beside      `json:"beside,omitempty"`  // the article's figures, and ours
	Boxes    []Box         `json:"boxes,omitempty"`   // stage 3
	Insides  []Inside      `json:"insides,omitempty"` // stage 4
	Remarks  []string      `json:"remarks,omitempty"` // what of the folders could not be read

	options Options
}

// Run is what is told of one.
type Run struct {
	Name       string         `json:"name"` // its folder's, told apart from the others'
	Stage      string         `json:"stage"`
	When       string         `json:"when"` // RFC 3339
	Took       float64        `json:"took"` // seconds
	State      string         `json:"state"`
	Verdict    string         `json:"verdict"`
	Args       []string       `json:"args"`
	Expected   []string       `json:"expected"`
	Failed     []string       `json:"failed"` // what was expected, and did not hold
	Found      []lab.Found    `json:"found"`
	Steps      []lab.Step     `json:"steps"`
	Errors     []Trouble      `json:"errors"`
	Believed   Belief         `json:"believed"`
	Histograms []Distribution `json:"histograms"`
	Settings   lab.Settings   `json:"settings"`
	Seconds    []lab.Second   `json:"seconds"`
	Files      []string       `json:"files"`
	Remarks    []string       `json:"remarks"` // what of the record could not be read

	record *record.Run
	number int // of the stage of lab all that it is of; 0: of none
}

// States of a run.
const (
	Whole       = "whole"
	Interrupted = "interrupted" // somebody ended it
	CutOff      = "cut off"     // it has no end: it was killed, or still runs
)

// Of is a report of what is in folders, in their order.
func Of(folders []*record.Folder, o Options) *Report {
	var runs []*record.Run
	for _, f := range folders {
		runs = append(runs, f.Runs...)
	}
	r := New(runs, o)
	for _, f := range folders {
		if f.Box != nil {
			r.Boxes = append(r.Boxes, Box{f.Dir, f.Box})
		}
		if f.Inside != "" {
			r.Insides = append(r.Insides, Inside{f.Dir, f.Inside})
		}
		r.Remarks = append(r.Remarks, f.Remarks...)
	}
	return r
}

// New is a report of one or several runs, in their order.
func New(runs []*record.Run, o Options) *Report {
	r := &Report{Format: 1, options: o}
	names := namesOf(runs)
	for i, run := range runs {
		r.Runs = append(r.Runs, tell(run, names[i]))
	}
	for _, group := range r.groups() {
		if len(group) > 1 {
			r.Compared = append(r.Compared, compare(group))
		}
	}
	if o.Article {
		r.Article, r.Beside = article, beside(r.Runs)
	}
	return r
}

func tell(run *record.Run, name string) *Run {
	b := run.Begin
	r := &Run{
		Name: name, Stage: b.Stage, When: b.When.UTC().Format("2006-01-02T15:04:05Z"), Args: b.Args, Expected: b.Expected,
		Found: run.Found, Steps: run.Steps, Settings: b.Settings, Seconds: run.Seconds, Files: run.Files, Remarks: run.Remarks,
		State: Whole, record: run, number: stageNumber(run),
	}
	r.Histograms = []Distribution{}
	for _, s := range r.Seconds {
		r.Took = max(r.Took, s.At)
	}
	for _, s := range r.Steps {
		r.Took = max(r.Took, s.At+s.Took)
	}
	if end := run.End; end != nil {
		r.Took, r.Verdict, r.Failed = end.At, end.Verdict, end.Failed
		if end.Interrupted {
			r.State = Interrupted
		}
	} else {
		r.State = CutOff
		r.Verdict = "It was cut off after " + duration(r.Took) + ", or still runs: what it had found by then is told."
	}
	r.Errors = troubles(run)
	r.Believed = believe(r)
	for _, h := range run.Histograms {
		r.Histograms = append(r.Histograms, distribution(h.Tag, h.Values))
	}
	return r
}

// namesOf are the runs' names: as much of the end of their paths as tells them apart.
func namesOf(runs []*record.Run) []string {
	for parts := 1; ; parts++ {
		names, seen, longest := []string{}, map[string]bool{}, 0
		for _, run := range runs {
			path := strings.Split(filepath.ToSlash(filepath.Clean(run.Dir)), "/")
			longest = max(longest, len(path))
			name := strings.Join(path[max(0, len(path)-parts):], "/")
			names, seen[name] = append(names, name), true
		}
		if len(seen) == len(runs) || parts >= longest {
			return names
		}
	}
}
