package cli

import (
	"context"
	"strconv"

	"matchstream/internal/lab"
	"matchstream/internal/lab/bound"
	"matchstream/internal/lab/record"
	"matchstream/internal/scrape"
)

// record begins one, if there is to be one; else nil.
func (c *labBoundCommand) record(ctx context.Context, w *world, o bound.Options) (*record.Writer, error) {
	if c.Out == "" {
		return nil, nil
	}
	begin := lab.Begin{Stage: "bound", Args: w.args, Settings: record.Settings()}
	for _, e := range o.Expected {
		begin.Expected = append(begin.Expected, e.Text)
	}
	begin.Settings.Server = c.ofServer(ctx, o)
	return record.Create(c.Out, begin)
}

// ofServer is what it says of itself in its metrics.
func (c *labBoundCommand) ofServer(ctx context.Context, o bound.Options) map[string]string {
	says := map[string]string{"url": o.Plan.Server}
	if len(o.Look.Nodes) == 0 || o.Look.Nodes[0].Metrics == "" {
		return says
	}
	m, err := scrape.Get(ctx, o.By, o.Look.Nodes[0].Metrics)
	if err != nil {
		says["metrics"] = "cannot tell: " + err.Error()
		return says
	}
	for _, label := range []string{"version", "revision", "go_version"} {
		for value := range m.By("matchstream_build_info", label) {
			says[label] = value
		}
	}
	for name, series := range map[string]string{"processors": "matchstream_processors", "descriptors": "process_max_fds", "watchers-fit": "matchstream_watchers_fit",
		"GOGC": "go_gc_gogc_percent", "GOMEMLIMIT": "go_gc_gomemlimit_bytes"} {
		if v, ok := m.Value(series); ok {
			says[name] = strconv.FormatFloat(v, 'f', -1, 64)
		}
	}
	return says
}
