package report

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
