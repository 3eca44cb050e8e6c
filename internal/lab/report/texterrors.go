package report

import (
	"fmt"
	"strings"

	"matchstream/internal/lab"
)

// examplesShown is how many findings of a code are told.
const examplesShown = 3

func (r *Run) textErrors(p *paper) {
	if len(r.Errors) == 0 {
		return
	}
	p.heading("errors")
	for _, t := range r.Errors {
		where := ""
		if t.Held > 0 {
			where = fmt.Sprintf(" (%s of them in steps that held)", count(float64(t.Held)))
		}
		p.hanging("  "+pad(count(float64(t.Count)), -9)+"  ", strings.Repeat(" ", 13), t.Code+where+": "+t.Meaning)
		for _, f := range t.Examples[:min(examplesShown, len(t.Examples))] {
			p.hanging(strings.Repeat(" ", 13)+"· ", strings.Repeat(" ", 15), exampleText(f))
		}
	}
}

func exampleText(f lab.Finding) string {
	text := f.When.UTC().Format("15:04:05.000") + " " + f.Who + ": " + f.Text
	if f.Bytes != "" {
		text += fmt.Sprintf(" (%q)", f.Bytes)
	}
	return text
}
