package cli

import (
	"fmt"
	"strings"

	"matchstream/internal/lab"
	"matchstream/internal/lab/nodes"
)

// nodesProgress is that of the searches, with a heading for each number of nodes.
type nodesProgress struct{ boundProgress }

func (s *nodesProgress) begins(n int, added nodes.Node) {
	s.line.clear()
	s.begun = false
	fmt.Fprintf(s.to, "%s%s: %s was added, %s\n", map[bool]string{true: "\n"}[n > 1], nodes.Count(n), added.Name, added.Server)
}

// nodesResult is what was found, as --json has it.
type nodesResult struct {
	Found         []lab.Found          `json:"found"`
	Gains         []nodes.Gain         `json:"gains"`
	Measured      nodes.Measured       `json:"measured"`
	Wanted        *nodes.Wanted        `json:"wanted,omitempty"`
	Configuration *nodes.Configuration `json:"configuration,omitempty"`
	Steps         []lab.Step           `json:"steps"`
	Interrupted   bool                 `json:"interrupted"`
	Failed        []string             `json:"failed"`
	OK            bool                 `json:"ok"`
	Verdict       string               `json:"verdict"`
}

func (c *labNodesCommand) judge(r nodes.Result, err error) nodesResult {
	out := nodesResult{Found: r.Found, Gains: nodes.Gains(r.Found), Measured: r.Measure(), Steps: r.Steps, Interrupted: r.Interrupted, Failed: []string{}}
	for _, f := range r.Found {
		switch {
		case f.Users == 0:
			out.Failed = append(out.Failed, fmt.Sprintf("%s: nothing works", nodes.Count(f.Nodes)))
		case f.Limit != nil && f.Limit.Of == "generator":
			out.Failed = append(out.Failed, fmt.Sprintf("%s: the lab met its own limit, so more nodes would show nothing", nodes.Count(f.Nodes)))
		}
	}
	if r.Interrupted {
		out.Failed = append(out.Failed, "interrupted")
	}
	if err != nil {
		out.Failed = append(out.Failed, err.Error())
	}
	out.OK = len(out.Failed) == 0
	out.Verdict = sentences(nodes.Words(out.Gains))
	if len(r.Found) == 0 {
		out.Verdict = "Nothing was found."
	}
	if c.Users > 0 {
		out.Wanted = &nodes.Wanted{Users: c.Users, Within: c.Within, Headroom: float64(c.Headroom), Spare: c.Spare, PerNode: c.PerNode, Cores: c.Cores,
			Edges: len(c.Server) == 0 && !c.Independent && c.Store == ""}
		size, err := nodes.Size(out.Measured, *out.Wanted)
		if err != nil {
			out.Failed, out.OK = append(out.Failed, err.Error()), false
			return out
		}
		out.Configuration = &size
		out.Verdict += " " + size.Words(*out.Wanted)[0]
	}
	return out
}

// sentences of lines: each ends with a point, so that the next is told from it.
func sentences(lines []string) string {
	ended := make([]string, len(lines))
	for i, line := range lines {
		ended[i] = strings.TrimSuffix(line, ".") + "."
	}
	return strings.Join(ended, " ")
}

// text is the result for a person, behind the rows of the tries.
func (r *nodesResult) text(c *labNodesCommand) string {
	var b strings.Builder
	say := func(indent int, text string) {
		for _, row := range wrap(text, listWidth, indent) {
			b.WriteString(row + "\n")
		}
	}
	b.WriteString("\n")
	for _, line := range nodes.Words(r.Gains) {
		say(4, line)
	}
	for _, f := range r.Found {
		if f.Limit == nil {
			continue
		}
		say(0, fmt.Sprintf("\nIn the way of %s: %s (%s). %s", nodes.Count(f.Nodes), f.Limit.Of, f.Limit.What, f.Limit.Text))
		for _, e := range f.Limit.Evidence {
			say(4, "  - "+e)
		}
		if f.Limit.Remedy != "" {
			say(4, "  to do: "+f.Limit.Remedy)
		}
	}
	if r.Configuration != nil {
		b.WriteString("\n")
		for _, line := range r.Configuration.Words(*r.Wanted) {
			say(2, line)
		}
	}
	if len(r.Failed) > 0 {
		b.WriteString("\n")
	}
	for _, failed := range r.Failed {
		say(4, "  - "+failed)
	}
	return b.String()
}
