package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"matchstream/internal/lab"
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

func (r *Run) textFound(p *paper) {
	if len(r.Found) == 0 {
		return
	}
	p.heading("what was found")
	for _, f := range r.Found {
		p.hanging("  "+pad(searchTitle(f.Search, f.Nodes), 19)+"  ", strings.Repeat(" ", 23), foundText(f))
		if l := f.Limit; l != nil {
			p.hanging("    the limit: ", "      ", limitText(l))
			for _, e := range l.Evidence {
				p.hanging("      · ", "        ", e)
			}
			if l.Remedy != "" {
				p.hanging("    remedy: ", "      ", l.Remedy)
			}
		}
	}
}

// foundText says what a search has come to.
func foundText(f lab.Found) string {
	text := "none carried"
	if f.Users > 0 {
		text = tried(lab.Step{Users: f.Users, AtOnce: f.AtOnce})
	}
	if f.Failing > 0 {
		return text + "; " + count(float64(f.Failing)) + " failed"
	}
	return text + "; none failed, as far as was looked"
}

// limitText says whose limit it was, and what.
func limitText(l *lab.Limit) string {
	whose := map[string]string{"server": "the server's", "host": "the host's", "generator": "the lab's own", "unknown": "not known whose"}[l.Of]
	if whose == "" {
		whose = l.Of
	}
	return strings.TrimSpace(whose + ", " + l.What + ". " + l.Text)
}

func (r *Run) textSteps(p *paper) {
	for _, s := range r.searches() {
		p.heading(titled("steps", s.title()))
		p.table(stepTable(s))
		for _, f := range s.failed() {
			p.hanging("  ", "    ", f)
		}
	}
	if len(r.Steps) > 0 {
		p.line("")
		p.line("  " + r.columnsNote())
	}
}

// columnsNote says what the columns are that have no words.
func (r *Run) columnsNote() string {
	note := "N: users; C: at once"
	for _, s := range r.Steps {
		if cores(s) != "" {
			return note + "; cpu: processors that the server had busy"
		}
	}
	return note
}

// titled is a heading, with what it is of, if that has a name.
func titled(heading, of string) string {
	if of == "" {
		return heading
	}
	return heading + ": " + of
}
