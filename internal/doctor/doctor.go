// Package doctor looks at a host: what would be in the way of many watchers, and how it
// is put right. It changes nothing, needs no privilege, and where something cannot be
// read it says that it cannot tell.
//
// # How it is done
//
//	Host      where the files are read: /proc, /sys, /etc     (host.go)
//	Question  how many watchers, of which process             (host.go)
//	need      what that many take, with the sources           (need.go)
//	Check     a code, why it matters, what has changed since  (check.go)
//	          the article, and how it is looked at
//	Finding   what a check has come to                        (finding.go)
//	Report    all findings, worst first                       (report.go)
//
// All is read from files, also what belongs to the process that is judged (its limits,
// its environment, its control groups), so that a made-up host is a folder, and so is a
// real one whose files were collected.
package doctor

import "slices"

// Examine looks at a host. It never fails: what cannot be read is in the findings, as
// CannotTell.
func Examine(h Host, q Question) Report {
	p := newPatient(h, q)
	r := Report{Of: p.of(), Watchers: q.Watchers, TLS: q.TLS, Assumed: p.assumed, container: p.container, unit: p.service()}
	for _, c := range Checks() {
		for _, f := range c.look(p) {
			f.Code, f.Why, f.Since = c.Code, c.Why, c.Since
			r.Findings = append(r.Findings, f)
		}
	}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int { return a.Severity.rank() - b.Severity.rank() })
	return r
}
