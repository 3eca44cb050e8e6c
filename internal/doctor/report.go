package doctor

import (
	"encoding/json"
	"fmt"
	"io"
)

// Report is all that was found, worst first.
type Report struct {
	Of       string    `json:"of"` // who is judged
	Watchers int       `json:"watchers"`
	TLS      bool      `json:"tls"`
	Assumed  []string  `json:"assumed,omitempty"` // what was taken for granted, not being readable
	Findings []Finding `json:"findings"`

	container bool
	unit      string // of systemd's that the lines for one are for; "": none
}

// JSON writes the report for programs.
func (r Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false) // what is to be pasted has & in it
	return e.Encode(r)
}

// Count is how many findings are so bad.
func (r Report) Count(s Severity) (n int) {
	for _, f := range r.Findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// Settings are the sysctls that should be changed, in the order of the findings.
func (r Report) Settings() (all []Setting) {
	for _, f := range r.Findings {
		all = append(all, f.settings...)
	}
	return all
}

// OfUnit are the lines that the systemd unit should have.
func (r Report) OfUnit() (all []string) {
	if n := r.Descriptors(); n > 0 {
		all = append(all, fmt.Sprintf("LimitNOFILE=%d", n))
	}
	for _, f := range r.Findings {
		if f.Severity != Note { // nothing has to be done
			all = append(all, f.ofUnit...)
		}
	}
	return all
}

// Descriptors is how many the process should be allowed; 0: it has enough.
func (r Report) Descriptors() (n int64) {
	for _, f := range r.Findings {
		n = max(n, f.files)
	}
	return n
}
