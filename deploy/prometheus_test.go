package deploy

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestAlertsFire: each fires for what it is for, and not for what is nearly so.
func TestAlertsFire(t *testing.T) {
	run(t, "promtool", "check", "rules", "--lint-fatal", "prometheus-alerts.yaml")
	run(t, "promtool", "test", "rules", "prometheus-alerts-test.yaml")
	cases := shipped(t, "prometheus-alerts-test.yaml")
	for _, r := range read[alerts](t, "prometheus-alerts.yaml", fromYAML).Groups[0].Rules {
		if !strings.Contains(cases, `{alertname="`+r.Alert+`", instance="a"}`) {
			t.Errorf("%s has no case", r.Alert)
		}
		if r.Annotations["summary"] == "" || r.Annotations["do"] == "" {
			t.Errorf("%s does not say what is the matter and what to do", r.Alert)
		}
		if !slices.Contains([]string{"page", "ticket"}, r.Labels["severity"]) {
			t.Errorf("%s has severity %q", r.Alert, r.Labels["severity"])
		}
	}
}

// TestDashboardAsks: Prometheus understands each of its questions, and no panel
// lies on another.
func TestDashboardAsks(t *testing.T) {
	d := read[dashboard](t, "grafana-dashboard.json", json.Unmarshal)
	type cell struct{ x, y int }
	taken := map[cell]string{}
	var rules strings.Builder
	rules.WriteString("groups:\n- name: dashboard\n  rules:\n")
	n := 0
	for where, expr := range expressions(t) {
		if strings.HasPrefix(where, "alert") {
			continue
		}
		n++
		expr = strings.NewReplacer("$__rate_interval", "1m", "$job", "matchstream", "$instance", ".*").Replace(expr)
		if strings.Contains(expr, "$") {
			t.Errorf("%s asks for a variable that there is not: %s", where, expr)
		}
		fmt.Fprintf(&rules, "  - {record: 'x:%d', expr: '%s'}\n", n, expr)
	}
	if n < 40 {
		t.Errorf("it has %d questions: the test shows nothing", n)
	}
	file := filepath.Join(t.TempDir(), "rules.yaml")
	write(t, file, rules.String())
	run(t, "promtool", "check", "rules", file)
	for _, p := range d.Panels {
		g := p.GridPos
		if g.X+g.W > 24 {
			t.Errorf("%s is too wide", p.Title)
		}
		for x := g.X; x < g.X+g.W; x++ {
			for y := g.Y; y < g.Y+g.H; y++ {
				if other, is := taken[cell{x, y}]; is {
					t.Fatalf("%s lies on %s", p.Title, other)
				}
				taken[cell{x, y}] = p.Title
			}
		}
	}
}
