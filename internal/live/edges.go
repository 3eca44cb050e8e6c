package live

import (
	"errors"

	"matchstream/internal/audience"
)

// AudienceReport is what an edge says of the audience of one match.
type AudienceReport = audience.Report

// ErrReport: what an edge has reported is no report.
var ErrReport = audience.ErrReport

// HearEdge counts what an edge reports of its audience: its watchers for 15 s,
// those who came for good. It never waits. Matches that are not here, or are of
// another epoch, are left out: the edge hears of that by following. Errors are
// ErrReport, after all others have been counted.
func (l *Live) HearEdge(edge string, reports []AudienceReport) error {
	var wrong []error
	for _, r := range reports {
		e, ok := l.entries.get(r.Match)
		if !ok || e.key.Epoch != r.Epoch {
			continue
		}
		if err := e.audience.HearEdge(l.ledger, e.key, edge, r); err != nil {
			wrong = append(wrong, err)
		}
	}
	return errors.Join(wrong...)
}

// AudienceReports is what this edge has to tell its server: of each match that
// somebody watches here, or has come to since. taken is to be called when the
// server has it, or perhaps has it: nothing may be counted twice. One at a time.
func (l *Live) AudienceReports() (reports []AudienceReport, taken func()) {
	var all []func()
	l.entries.all(func(e *entry) bool {
		if r, taken, ok := e.audience.Report(l.ledger, e.key); ok {
			reports, all = append(reports, r), append(all, taken)
		}
		return true
	})
	return reports, func() {
		for _, taken := range all {
			taken()
		}
	}
}

// AudienceKey is the key under which users are counted, as it lies in the
// catalogue under AudienceKeyEntry. An edge whose catalogue has it there counts
// users under the same, so that those who come to both are counted once. Only
// those may have it who may have the data folder.
func (l *Live) AudienceKey() []byte { return l.ledger.Key() }

// AudienceKeyEntry is where the catalogue has the key of users.
const AudienceKeyEntry = audience.KeyEntry
