package doctor

import "slices"

// Check looks at one thing.
type Check struct {
	Code   string // stable; a sysctl's own name, a counter's, or what it is about
	Why    string // it matters
	Remedy string // in general; a finding has the lines to paste
	Since  string // what has changed, where the article of 2011 had it on its list; "": it had not
	look   func(*patient) []Finding
}

// Checks are all there are, in the order in which the page has them.
func Checks() []Check {
	return slices.Concat(descriptorChecks, backlogChecks, bufferChecks, networkChecks, memoryChecks, processorChecks, clockChecks, counterChecks)
}
