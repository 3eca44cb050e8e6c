package bound

import (
	"fmt"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/kept"
	"matchstream/internal/lab/record"
)

// keep writes down what came of a try.
func (t *try) keep(began time.Time) {
	if t.Record == nil {
		return
	}
	prefix := fmt.Sprintf("step-%d.%s-%d.", t.step.Number, t.name, t.size.Users)
	for name, b := range t.kept.Files() {
		t.keepFile(prefix+name, b)
	}
	t.step.Kept = t.kept.Names(prefix)
	if node := t.keptOf().node; node != "" && len(t.step.Kept) > 0 && t.step.Limit != nil {
		t.step.Limit.Evidence = append(t.step.Limit.Evidence, "kept: metrics and profiles of "+node+", which was nearest to what it can take")
	}
	t.histograms(began)
	for _, f := range t.findings() {
		t.unable(t.Record.Finding(f))
	}
	t.unable(t.Record.Step(t.step))
}

// admin address of the node that is kept of; "": none.
func (t *try) admin() string {
	if t.of >= len(t.Admin) {
		return ""
	}
	return t.Admin[t.of]
}

// keptOf is what is kept of a try, and of which node; "": there is only one.
type keptOf struct {
	*kept.Kept
	node string
}

func (t *try) keptOf() *keptOf {
	k := &keptOf{Kept: t.kept}
	if len(t.Look.Nodes) > 1 {
		k.node = t.Look.Nodes[t.of].Name
	}
	return k
}

// compare what is kept of two tries. Of several nodes it says which one that is.
func compare(worked, failed *keptOf) string {
	text := kept.Compare(worked.Kept, failed.Kept)
	if failed.node == "" {
		return text
	}
	return fmt.Sprintf("Of %s, and then of %s: each was nearest to what it can take.\n\n%s", worked.node, failed.node, text)
}

func (t *try) histograms(began time.Time) {
	all := map[string]*lab.Histogram{"canary": t.felt.All, "timers.canary": t.felt.Timers}
	if t.tally != nil {
		all["connect"], all["enter"], all["latency"] = t.tally.Connect, t.tally.Enter, t.tally.Latency
		all["lateness"], all["timers"] = t.tally.Generator.Lateness, t.tally.Generator.Timers
	}
	if t.answers != nil {
		all["http"] = t.answers.Latency
	}
	for name, h := range all {
		if h != nil && h.Count() > 0 {
			t.unable(t.Record.Histogram(record.Tag(t.step.Number, name), h, began, time.Now()))
		}
	}
}

// findings of all parts of the lab.
func (t *try) findings() (all []lab.Finding) {
	if t.tally != nil {
		all = append(all, t.tally.Findings...)
	}
	if t.answers != nil {
		all = append(all, t.answers.Findings...)
	}
	return append(all, t.felt.Findings...)
}

func (r *run) keepFile(name string, b []byte) {
	if r.Record != nil {
		r.unable(r.Record.Keep(name, b))
	}
}

// prefix of the files of a search; among nodes it is not alone.
func (r *run) prefix() string {
	if r.Nodes > 0 {
		return fmt.Sprintf("%s.%d-nodes", r.name, r.Nodes)
	}
	return r.name
}
