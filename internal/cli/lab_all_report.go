package cli

import (
	"context"
	"os"
	"strings"
)

// report makes the pages of all.
func (a *allStages) report(ctx context.Context) {
	a.title("The report")
	a.stage(ctx, "report", true, "lab", "report", a.Out, "--article", "--output", a.in("report.html"), "--plots", a.in("plots"))
	a.save(ctx, "report.txt", "lab", "report", a.Out, "--article")
	a.save(ctx, "report.json", "lab", "report", a.Out, "--format", "json")
}

// reports says which of them there are.
func (a *allStages) reports() string {
	var there []string
	for _, name := range []string{"report.html", "report.txt", "report.json"} {
		if in, err := os.Stat(a.in(name)); err == nil && in.Size() > 0 {
			there = append(there, name)
		}
	}
	if len(there) == 0 {
		return "There is no report; what there is, is in " + a.Out + "."
	}
	return "What was found is in " + a.Out + ": " + strings.Join(there, ", ") + "."
}
