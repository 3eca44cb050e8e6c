// Package record keeps what a run finds, as it is found: a folder that can be read
// whatever becomes of the run.
//
// In the folder are
//
//	run.ndjson       a line for each thing, in the order in which it came:
//	                 {"line":"begin","format":1,…}, then second, step, finding, found, and
//	                 at last end; the rest of a line is a struct of lab/run.go or lab.Finding
//	histograms.hlog  HdrHistogram's log (1.3), which other programs read, too: times are
//	                 seconds since 1970, values microseconds, the third column is the
//	                 interval's longest in seconds, tags are step-3.latency
//	anything else    what was kept as a file: metrics, profiles
//
// A line is one write, and is with the kernel when its method returns: a run that is
// killed loses nothing that it was told of. A record whose last line is not an end was
// cut off; Read reads it all the same.
package record

import (
	"errors"
	"fmt"
)

const (
	linesName      = "run.ndjson"
	histogramsName = "histograms.hlog"

	// format is the version of run.ndjson. It rises when a program that does not know of
	// the change would say something wrong; further fields and kinds of lines are no such
	// change.
	format = 1
)

// kinds of lines.
const (
	beginLine   = "begin"
	secondLine  = "second"
	stepLine    = "step"
	findingLine = "finding"
	foundLine   = "found"
	endLine     = "end"
)

// ErrNoRecord is what Read says of a folder that is none.
var ErrNoRecord = errors.New("no record of a run: expected a folder with a " + linesName + ", as --out DIR makes it")

// Tag is that of a step's histogram: step-3.latency. Step 0 is the whole run.
func Tag(step int, name string) string {
	if step == 0 {
		return name
	}
	return fmt.Sprintf("step-%d.%s", step, name)
}
