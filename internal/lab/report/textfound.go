package report

import (
	"strings"

	"matchstream/internal/lab"
)

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
