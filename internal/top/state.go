package top

import (
	"cmp"
	"slices"
	"time"
)

// Panel is what the screen shows below the table of nodes.
type Panel int

// The panels, in the order in which Tab goes through them.
const (
	MatchesPanel Panel = iota
	LoopsPanel
	StorePanel
	GatesPanel
	NodePanel
	panels
)

// String is the panel's name.
func (p Panel) String() string {
	return [...]string{"matches", "loops", "store", "gates", "node"}[p]
}

// State is all that is shown, and changes by what the keys and the nodes say. It belongs
// to one goroutine.
type State struct {
	Nodes  []*Node
	Every  time.Duration
	Now    time.Time // when it is shown
	Chosen int       // node: 0 all, if there are several; from 1 on one of them
	Panel  Panel
	Sort   Sort
	Match  string // drilled down to; "": none
	Held   bool   // what is shown stays
	Help   bool
	Asking bool   // which profile is wanted
	Note   string // the last thing that was done
	picked [panels]string
	at     [panels]int // where that is
	glyphs glyphs
}

// NewState is one before any answer. With one node that is chosen.
func NewState(nodes []*Node, every time.Duration, sort Sort, ascii bool) *State {
	s := &State{Nodes: nodes, Every: every, Sort: cmp.Or(sort, ByLag), glyphs: unicodeGlyphs}
	if ascii {
		s.glyphs = asciiGlyphs
	}
	if len(nodes) == 1 {
		s.Chosen = 1
	}
	return s
}

// chosen are the nodes whose rows are shown, of those that answer.
func (s *State) chosen() (some []*Node) {
	for i, n := range s.Nodes {
		if n.Now != nil && (s.Chosen == 0 || s.Chosen == i+1) {
			some = append(some, n)
		}
	}
	return some
}

// One is the node that is chosen; nil: all are.
func (s *State) One() *Node {
	if s.Chosen == 0 {
		return nil
	}
	return s.Nodes[s.Chosen-1]
}

// Choose the next node, or with -1 the one before; behind the last is the first.
func (s *State) Choose(step int) {
	first := 0
	if len(s.Nodes) == 1 {
		first = 1
	}
	n := len(s.Nodes) + 1 - first
	s.Chosen = first + (s.Chosen-first+step+n)%n
}

// name of a node; its address where another has the same name.
func (s *State) name(n *Node) string {
	for _, other := range s.Nodes {
		if other != n && other.Name() == n.Name() {
			return plain(n.Address)
		}
	}
	return plain(n.Name())
}

// several nodes are shown at once: each row says of which it is.
func (s *State) several() bool { return s.Chosen == 0 }

// mark puts the sign of growth behind a value that grows.
func (s *State) mark(n *Node, name, text string) string {
	if n.Grows(name, s.Every) {
		return text + s.glyphs.grows
	}
	return text
}

// table of the panel that is shown, sorted.
func (s *State) table() *table {
	if s.Match != "" {
		return s.detail()
	}
	t := map[Panel]func() *table{MatchesPanel: s.matches, LoopsPanel: s.loops, StorePanel: s.stores, GatesPanel: s.gates, NodePanel: s.process}[s.Panel]()
	slices.SortStableFunc(t.rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(b.sort[0], a.sort[0]), cmp.Compare(b.sort[1], a.sort[1]), cmp.Compare(a.key, b.key))
	})
	return t
}

// place of the row that is picked: it stays with it when rows move. Where it has gone it
// is who has come into its place.
func (s *State) place(t *table) int {
	if len(t.rows) == 0 {
		return 0
	}
	at := slices.IndexFunc(t.rows, func(r row) bool { return r.key == s.picked[s.Panel] })
	if at < 0 {
		at = min(s.at[s.Panel], len(t.rows)-1)
	}
	return at
}

// Move the pick by so many rows.
func (s *State) Move(step int) {
	t := s.table()
	if len(t.rows) == 0 {
		return
	}
	at := min(max(s.place(t)+step, 0), len(t.rows)-1)
	s.at[s.Panel], s.picked[s.Panel] = at, t.rows[at].key
}

// Open the match that is picked.
func (s *State) Open() {
	t := s.table()
	if s.Panel != MatchesPanel || s.Match != "" || len(t.rows) == 0 {
		return
	}
	r := t.rows[s.place(t)]
	s.picked[s.Panel], s.Match = r.key, r.cells[s.matchColumn()]
}
