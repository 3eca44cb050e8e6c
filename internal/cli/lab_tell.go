package cli

import (
	"encoding/json"
	"io"
)

// tell what a command of the lab has found: as JSON, or as text for a person.
func (w *world) tell(asJSON bool, result any, text func() string) error {
	if !asJSON {
		_, err := io.WriteString(w.stdout, text())
		return err
	}
	e := json.NewEncoder(w.stdout)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(result)
}
