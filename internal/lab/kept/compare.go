package kept

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"text/tabwriter"
)

const (
	topFunctions = 10
	topChanges   = 15
)

// Compare is the last try that worked and the first that did not, side by side, for a
// person: which functions took the processor and the memory, and which metrics changed
// most. What cannot be told is said.
func Compare(worked, failed *Kept) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%d users, which worked, and %d, which did not\n", worked.Users, failed.Users)
	functions(&b, worked, failed, "Processor", "cpu", worked.CPU, failed.CPU)
	functions(&b, worked, failed, "Memory", "inuse_space", worked.Heap, failed.Heap)
	metrics(&b, worked, failed)
	for _, k := range []*Kept{worked, failed} {
		for _, what := range k.CannotTell {
			fmt.Fprintf(&b, "\ncannot tell, with %d users: %s\n", k.Users, what)
		}
	}
	return b.String()
}

func functions(b *bytes.Buffer, worked, failed *Kept, title, kind string, first, second []byte) {
	if len(first) == 0 || len(second) == 0 {
		return
	}
	all, more, err := top(first, second, kind, topFunctions)
	if err != nil {
		fmt.Fprintf(b, "\n%s: cannot tell: %v\n", title, err)
		return
	}
	fmt.Fprintf(b, "\n%s, by function (in all %.2f times as much)\n", title, more)
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%d\t%d\t\t\n", worked.Users, failed.Users)
	for _, s := range all {
		fmt.Fprintf(w, "%.1f %%\t%.1f %%\t%+.1f\t  %s\n", 100*s.Worked, 100*s.Failed, 100*(s.Failed-s.Worked), clip(s.Function))
	}
	w.Flush()
}

func metrics(b *bytes.Buffer, worked, failed *Kept) {
	all, only := changes(worked, failed, topChanges)
	series(b, worked, failed, "Metrics that changed most (/s: what counts up, a second)", "ratio", all)
	series(b, worked, failed, "Metrics that were nothing in one of the two", "", only)
}

func series(b *bytes.Buffer, worked, failed *Kept, title, last string, all []Change) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", title)
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%d\t%d\t%s\t\n", worked.Users, failed.Users, last)
	for _, c := range all {
		unit, ratio := "", ""
		if c.Rate {
			unit = "/s"
		}
		if last != "" {
			ratio = fmt.Sprintf("%.2f", c.Ratio())
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t  %s\n", number(c.Worked)+unit, number(c.Failed)+unit, ratio, clip(strings.TrimPrefix(c.Series, "matchstream_")))
	}
	w.Flush()
}

// number for a person, to three digits.
func number(v float64) string {
	a := math.Abs(v)
	switch {
	case a >= 1e9:
		return fmt.Sprintf("%.3gG", v/1e9)
	case a >= 1e6:
		return fmt.Sprintf("%.3gM", v/1e6)
	case a >= 1e4:
		return fmt.Sprintf("%.3gk", v/1e3)
	case a >= 100:
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3g", v)
}

// clip a name, so that a row fits into 80 columns.
func clip(name string) string {
	const most = 46
	if r := []rune(name); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return name
}
