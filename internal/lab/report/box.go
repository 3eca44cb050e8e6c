package report

import (
	"fmt"
	"strings"

	"matchstream/internal/lab/record"
)

// Box is what the doctor has found, of a folder of lab all.
type Box struct {
	Folder string `json:"folder"`
	*record.Box
}

// Inside is what matchstream top has shown meanwhile, of a folder of lab all.
type Inside struct {
	Folder string `json:"folder"`
	Text   string `json:"text"`
}

// Wrong are the doctor's findings that are not fine.
func (b Box) Wrong() (all []record.BoxFinding) {
	for _, f := range b.Findings {
		if f.Severity != "ok" {
			all = append(all, f)
		}
	}
	return all
}

// Summary says whom the doctor has judged, and how much is not fine.
func (b Box) Summary() string {
	text := fmt.Sprintf("Judged for %s: %s; ", many(b.Watchers, "watcher"), b.Of)
	if n := len(b.Wrong()); n > 0 {
		return text + fmt.Sprintf("of %s, %d to look at.", many(len(b.Findings), "finding"), n)
	}
	return text + fmt.Sprintf("all %s are fine.", many(len(b.Findings), "finding"))
}

func (b Box) text(p *paper) {
	p.line("")
	p.hanging("", "", b.Summary())
	for _, f := range b.Wrong() {
		p.line("")
		p.hanging("  ", "    ", f.Code+" ("+f.Severity+"): "+f.Measured)
		if f.Needed != "" {
			p.hanging("    needed: ", "      ", f.Needed)
		}
		for i, line := range f.Remedy {
			p.hanging([]string{"    remedy: ", "            "}[min(i, 1)], "              ", line)
		}
	}
}

func (i Inside) text(p *paper) {
	p.line("")
	p.line("What matchstream top has shown, with watchers there:")
	p.line("")
	for line := range strings.Lines(i.Text) {
		p.line(strings.TrimSuffix(line, "\n"))
	}
}
