package live

import (
	"errors"

	"matchstream/internal/audience"
	"matchstream/internal/store"
)

// Nodes are the other nodes, with whom the audience is counted together.
type Nodes = audience.Nodes

// Share has the audience counted over all nodes; once at most, and not after Close.
func (l *Live) Share(nodes Nodes) {
	l.ledger.Share(nodes, func(key store.Key) *audience.Match {
		if e, ok := l.entries.get(key.Match); ok && e.key == key {
			return &e.audience
		}
		return nil
	})
}

// AudienceReport is what an edge says of the audience of one match.
type AudienceReport = audience.Report

// ErrReport: what an edge has reported is no report.
var ErrReport = audience.ErrReport

// HearEdge counts what an edge reports of its audience: its watchers for 15 s, or till
// a newer round of it, those who came for good. round counts the edge's reports; 0: it
// does not. It never waits. Matches that are not here, or are of
// another epoch, are left out: the edge hears of that by following. Errors are
// ErrReport, after all others have been counted.
func (l *Live) HearEdge(edge string, round uint64, reports []AudienceReport) error {
	var wrong []error
	for _, r := range reports {
		e, ok := l.entries.get(r.Match)
		if !ok || e.key.Epoch != r.Epoch {
			continue
		}
		r.Round = round
		if err := e.audience.HearEdge(l.ledger, e.key, edge, r); err != nil {
			wrong = append(wrong, err)
		}
	}
	return errors.Join(wrong...)
}

// AudienceReports is what this edge has to tell its server: of each match that
// somebody watches here, or has come to since, and once of those that nobody watches
// any more. taken is to be called for those, from one to before another, that the server
// has, or perhaps has: nothing may be counted twice. One at a time.
func (l *Live) AudienceReports() (reports []AudienceReport, taken func(from, to int)) {
	var all []func()
	l.entries.all(func(e *entry) bool {
		if r, taken, ok := e.audience.Report(l.ledger, e.key); ok {
			reports, all = append(reports, r), append(all, taken)
		}
		return true
	})
	return reports, func(from, to int) {
		for _, taken := range all[from:to] {
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
