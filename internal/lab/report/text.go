package report

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// WriteText writes the report for a terminal, in 80 columns.
func (r *Report) WriteText(to io.Writer) error {
	var p paper
	for _, s := range r.sections() {
		r.textSection(&p, s)
	}
	for _, remark := range r.Remarks {
		p.line("")
		p.field("Remark", remark)
	}
	if len(r.Beside) > 0 {
		r.textArticle(&p)
	}
	_, err := io.WriteString(to, strings.TrimLeft(p.String(), "\n"))
	return err
}

func (r *Report) textSection(p *paper, s section) {
	if s.title != "" {
		p.line("")
		p.line(strings.Repeat("═", columns))
		p.line(s.title)
	}
	for _, c := range s.compared {
		c.text(p)
	}
	for _, b := range s.boxes {
		b.text(p)
	}
	for _, i := range s.insides {
		i.text(p)
	}
	for _, run := range s.runs() {
		run.text(p, r.options, r.first(run))
	}
}

// text tells of a run; first is the one of its folder whose settings were told before, or
// nil.
func (r *Run) text(p *paper, o Options, first *Run) {
	p.line("")
	p.line(strings.Repeat("─", columns))
	when, _ := time.Parse(time.RFC3339, r.When) // as tell wrote it
	p.line(pad(fmt.Sprintf("lab %s · %s", r.Stage, r.Name), 40) + pad(when.Format("2006-01-02 15:04:05 UTC")+", "+duration(r.Took), -40))
	p.line("")
	p.field("Verdict", r.Verdict)
	if r.State == Interrupted {
		p.field("", "It was interrupted: what it had found by then is told.")
	}
	if doubt := r.Believed.Doubt(); doubt != "" {
		p.field("But", doubt)
	}
	for _, f := range r.Failed {
		p.field("Failed", f)
	}
	if len(r.Expected) > 0 {
		p.field("Expected", strings.Join(r.Expected, ", "))
	}
	p.field("Asked for", strings.Join(r.Args, " "))
	for _, remark := range r.Remarks {
		p.field("Remark", remark)
	}
	r.textFound(p)
	r.textSteps(p)
	r.textErrors(p)
	p.heading("may the lab be believed? " + r.Believed.Verdict)
	for _, reason := range r.Believed.Reasons {
		p.hanging("  · ", "    ", reason)
	}
	for _, d := range r.looked() {
		d.text(p)
	}
	r.textSettings(p, o.Settings, first)
}

// titled is a heading, with what it is of, if that has a name.
func titled(heading, of string) string {
	if of == "" {
		return heading
	}
	return heading + ": " + of
}
