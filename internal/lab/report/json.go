package report

import (
	"encoding/json"
	"io"
)

// WriteJSON writes all of the report for programs. Durations are seconds, but for those
// of settings and flags, which are as they were written.
func (r *Report) WriteJSON(to io.Writer) error {
	e := json.NewEncoder(to)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}
