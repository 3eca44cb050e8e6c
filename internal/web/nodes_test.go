package web

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

// Each node is told by its state, and a name stays text.
func TestNodesInWords(t *testing.T) {
	w := newNodeWorld(t, func(w *nodeWorld) {
		w.nodes = []OtherNode{
			{Name: "a", Version: "1.2", Here: true, Watchers: 12_345, Limit: 20_000},
			{Name: "b", Version: "1.2", Host: "192.0.2.2", HTTP: 8888, Watchers: 7},
			{Name: "c", Host: "2001:db8::3", HTTP: 8888, Draining: true, Lagging: true, Limit: 10},
			{Name: "d", Host: "d.example", Lagging: true},
			{Name: "e", Host: "e.example", HTTP: 80, Watchers: 9, Limit: 10, Gone: 61 * time.Second},
			{Name: hostile, Gone: time.Second, Left: true},
		}
	})
	got := w.samples("").Nodes
	want := []nodeRow{
		{"a", "1.2", "12.3 k", "of 20 k", "this one", "well", ""},
		{"b", "1.2", "7", "", "here", "well", "192.0.2.2:8888"},
		{"c", "", "0", "of 10", "draining", "draining", "[2001:db8::3]:8888"},
		{"d", "", "0", "", "lagging", "lagging", "d.example"},
		{"e", "", none, "", "gone for 1 min", "gone", "e.example:80"},
		{hostile, "", none, "", "left 1 s ago", "gone", ""},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the nodes are\n%+v, want\n%+v", got, want)
	}
	page := w.get("/node?lang=es").Body.String()
	if strings.Contains(page, "<script>alert") || !strings.Contains(page, "ausente hace 1 min") || !strings.Contains(page, `<section class="panel nodes" aria-labelledby="panel-nodes">`) {
		t.Error("the page does not show them")
	}
	w.nodes = w.nodes[:1]
	if page := w.get("/node").Body.String(); !strings.Contains(page, `<section class="panel nodes" aria-labelledby="panel-nodes" hidden>`) {
		t.Error("a node alone is listed")
	}
}
