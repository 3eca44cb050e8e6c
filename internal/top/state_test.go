package top

import (
	"slices"
	"strings"
	"testing"
	"time"

	"matchstream/internal/inside"
)

// TestRates are differences, by the node's own clock; and there are none across a start.
func TestRates(t *testing.T) {
	n := NewNode("a")
	deliveries := func(s *Snapshot) float64 { return float64(s.Watchers.Deliveries) }
	if _, known := n.per(deliveries); known {
		t.Error("of a node that has not answered")
	}
	n.Answered(snapshot("a", 10, 1), time.Second)
	if _, known := n.per(deliveries); known {
		t.Error("of one answer")
	}
	n.Answered(snapshot("a", 14, 1), time.Second)
	if r, known := n.per(deliveries); !known || r != 1000 {
		t.Errorf("%v %v", r, known)
	}
	n.Answered(snapshot("a", 14, 1), time.Second) // the same once more
	if r, known := n.per(deliveries); !known || r != 1000 {
		t.Errorf("%v %v", r, known)
	}
	n.Answered(snapshot("a", 0.5, 1), time.Second) // it has started again
	n.Answered(snapshot("a", 1.5, 1), time.Second)
	n.Answered(snapshot("a", 1, 1), time.Second) // and again
	if _, known := n.per(deliveries); known {
		t.Error("across a start")
	}
	n.Answered(snapshot("a", 2, 1), time.Second)
	n.Failed("gone", noon)
	n.Failed("gone for another reason", noon.Add(time.Minute))
	if !n.Gone.Equal(noon) || n.Now != nil || n.Name() != "a" {
		t.Errorf("%+v", n)
	}
	n.Answered(snapshot("a", 3, 1), time.Second)
	if _, known := n.per(deliveries); known || !n.Gone.IsZero() {
		t.Error("across a silence")
	}
}

// names of the rows that are shown, without the node.
func names(s *State, column int) (all []string) {
	for _, r := range s.table().rows {
		all = append(all, r.cells[column])
	}
	return all
}

func TestSorts(t *testing.T) {
	s := oneNode()
	for by, want := range map[Sort]string{
		ByLag:      "arg-fra-2022-12-18 ned-arg-2022-12-09 bra-ger-2014-07-08 elp-tig-2011-09-10",
		ByMemory:   "arg-fra-2022-12-18 bra-ger-2014-07-08 ned-arg-2022-12-09 elp-tig-2011-09-10",
		ByRate:     "arg-fra-2022-12-18 ned-arg-2022-12-09 bra-ger-2014-07-08 elp-tig-2011-09-10",
		ByWatchers: "arg-fra-2022-12-18 ned-arg-2022-12-09 bra-ger-2014-07-08 elp-tig-2011-09-10",
	} {
		s.Sort = by
		if got := strings.Join(names(s, 0), " "); got != want {
			t.Errorf("matches by %s: %s", by, got)
		}
	}
	s.Panel = LoopsPanel
	for by, want := range map[Sort]string{ByLag: "2 1", ByRate: "2 1", ByWatchers: "2 1", ByMemory: "2 1"} {
		s.Sort = by
		if got := strings.Join(names(s, 0), " "); got != want {
			t.Errorf("loops by %s: %s", by, got)
		}
	}
	// A loop that does not answer at all is worse than any that does.
	three := threeNodes()
	three.Panel = LoopsPanel
	r := three.table().rows[0]
	if r.node.Name() != "node-b" || r.cells[1] != "1" || !r.alarm {
		t.Errorf("the first is %v", r.cells)
	}
	// What only the loop itself knows is not shown as nothing: CONNS, LANES, BEHIND, B BEHIND, STILL.
	for _, column := range []int{2, 4, 12, 13, 14} {
		if r.cells[column] != "-" {
			t.Errorf("column %d of a loop that does not answer is %s", column, r.cells[column])
		}
	}
}

// TestThePickStaysWithItsRow, whatever moves, and Enter opens that one.
func TestThePickStaysWithItsRow(t *testing.T) {
	s := oneNode()
	s.Move(1)
	picked := func() string { t := s.table(); return t.rows[s.place(t)].cells[0] }
	if picked() != "ned-arg-2022-12-09" {
		t.Fatal(picked())
	}
	s.Sort = ByMemory // it is the third now
	if picked() != "ned-arg-2022-12-09" {
		t.Error(picked())
	}
	list := &s.Nodes[0].Now.Matches.List
	*list = slices.DeleteFunc(*list, func(m inside.Match) bool { return m.ID == "ned-arg-2022-12-09" })
	if picked() != "bra-ger-2014-07-08" { // who came into its place
		t.Error(picked())
	}
	s.Move(1 << 30)
	if picked() != "elp-tig-2011-09-10" {
		t.Error(picked())
	}
	s.Move(-1 << 30)
	if s.Open(); s.Match != "arg-fra-2022-12-18" {
		t.Error(s.Match)
	}
	*list = nil
	s.Match = ""
	s.Move(1)
	if s.Open(); s.Match != "" {
		t.Error("a match was opened where there is none")
	}
}

func TestChoose(t *testing.T) {
	s := threeNodes()
	for _, want := range []int{1, 2, 3, 0, 1} {
		if s.Choose(1); s.Chosen != want {
			t.Errorf("%d, expected %d", s.Chosen, want)
		}
	}
	s.Chosen = 0
	if s.Choose(-1); s.Chosen != 3 || len(s.chosen()) != 0 {
		t.Errorf("%d, of which %d answer", s.Chosen, len(s.chosen()))
	}
	one := oneNode()
	for _, step := range []int{1, -1} {
		if one.Choose(step); one.Chosen != 1 {
			t.Errorf("of one node %d is chosen", one.Chosen)
		}
	}
}

// TestSameNames: nodes that say the same name are told apart by their addresses.
func TestSameNames(t *testing.T) {
	s := threeNodes()
	s.Nodes[1].Now.Node = "node-a"
	if a, b, c := s.name(s.Nodes[0]), s.name(s.Nodes[1]), s.name(s.Nodes[2]); a != "10.0.0.1:8889" || b != "10.0.0.2:8889" || c != "10.0.0.3:8889" {
		t.Errorf("%s %s %s", a, b, c)
	}
}

// TestWhatGrowsIsMarked, in each panel, and only that.
func TestWhatGrowsIsMarked(t *testing.T) {
	n := NewNode("a")
	s := NewState([]*Node{n}, time.Second, ByLag, false)
	for up := range 70 {
		now := snapshot("a", float64(up+1), 1)
		rise := uint64(1000 + 10*up)
		now.Process.Resident, now.Go.Goroutines, now.Process.Descriptors = 100_000*rise, rise, int64(rise)
		now.Matches.List[1].Memory, now.Loops[0].Mail, now.Store.Queue, now.Audience.Users = int64(rise), up, int64(up), up
		now.Gates.Doors[0].Greeting = up
		n.Answered(now, time.Second)
		if up == 30 && strings.Contains(s.view(200, 24, unpainted()), "↑") {
			t.Error("after half a minute it is not known yet")
		}
	}
	grows := func(text string) bool { return strings.Contains(text, "↑") }
	node := s.nodes().rows[0].cells
	if !grows(node[6]) || !grows(node[7]) || !grows(node[8]) || grows(node[1]) {
		t.Errorf("%q", node)
	}
	for panel, want := range map[Panel]string{MatchesPanel: "1.69k↑", LoopsPanel: "69↑", StorePanel: "69↑ 72↑", GatesPanel: "69↑", NodePanel: "169M↑ 1690↑ 1690↑"} {
		s.Panel = panel
		var marked []string
		for _, r := range s.table().rows {
			for _, c := range r.cells {
				if grows(c) {
					marked = append(marked, c)
				}
			}
		}
		if got := strings.Join(marked, " "); got != want {
			t.Errorf("%v: %s, expected %s", panel, got, want)
		}
	}
	for up := range 70 { // it has started again, and grows anew
		now := snapshot("a", float64(up)/2+0.5, 1)
		now.Matches.List[1].Memory = int64(1000 + 10*up)
		n.Answered(now, time.Second)
		if kept := len(n.grown["memory"].values); kept != up+1 {
			t.Fatalf("%d values are kept of %d since the start", kept, up+1)
		}
		if s.Panel = MatchesPanel; grows(s.view(200, 24, unpainted())) {
			t.Fatalf("%d half seconds after a start", up)
		}
	}
	for up := range 40 {
		now := snapshot("a", float64(up)+36, 1)
		now.Matches.List[1].Memory = int64(2000 + 10*up)
		n.Answered(now, time.Second)
	}
	if !grows(s.view(200, 24, unpainted())) {
		t.Error("what grows after a start is not marked")
	}
	n.Failed("it starts once more", noon)
	for up := range 62 { // from a smaller value on, but sooner than the one before was asked first
		now := snapshot("a", float64(up)+1, 1)
		now.Matches.List[1].Memory = int64(100 + 10*up)
		n.Answered(now, time.Second)
	}
	if !grows(s.view(200, 24, unpainted())) {
		t.Error("what grows after a start that was seen as a silence is not marked")
	}
}
