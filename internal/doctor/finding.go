package doctor

import "slices"

// Severity is how bad a finding is.
type Severity string

const (
	Failure    Severity = "failure"     // so many watchers are not carried, or not let in when they come
	Warning    Severity = "warning"     // they are, but not at all times, or it has gone wrong before
	Note       Severity = "note"        // worth knowing; nothing has to be done for the server itself
	CannotTell Severity = "cannot-tell" // what it takes to judge cannot be read here
	OK         Severity = "ok"
)

// Severities from the worst.
var Severities = []Severity{Failure, Warning, Note, CannotTell, OK}

func (s Severity) rank() int { return slices.Index(Severities, s) }

// Finding is what a check has come to.
type Finding struct {
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	Measured string   `json:"measured"`           // as it is; of CannotTell: why that is not known
	Needed   string   `json:"needed,omitempty"`   // as it should be, and where the number comes from
	Why      string   `json:"why"`                // it matters
	Evidence []string `json:"evidence,omitempty"` // what else was read
	Remedy   []string `json:"remedy,omitempty"`   // lines to paste
	Since    string   `json:"since,omitempty"`    // what has changed, where the article had it on its list

	settings []Setting
	ofUnit   []string // lines for the [Service] of the systemd unit
	files    int64    // descriptors that the process should be allowed; 0: no matter
}

// Setting is a sysctl that should have another value.
type Setting struct {
	Name   string // net.core.somaxconn
	Value  string
	Reason string
}

// one is what most checks give.
func one(f Finding) []Finding { return []Finding{f} }

// cannotTell is a finding that there is none.
func cannotTell(why error) []Finding {
	return one(Finding{Severity: CannotTell, Measured: why.Error()})
}

// fine is one about which nothing has to be done.
func fine(measured, needed string, evidence ...string) []Finding {
	return one(Finding{Severity: OK, Measured: measured, Needed: needed, Evidence: evidence})
}
