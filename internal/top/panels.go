package top

// named puts the column of the node before others, where several are shown.
func (s *State) named(columns ...column) []column {
	if s.several() {
		return append([]column{{title: "NODE", left: true, keep: 9, most: 16}}, columns...)
	}
	return columns
}

func (s *State) cells(n *Node, cells ...string) []string {
	if s.several() {
		return append([]string{s.name(n)}, cells...)
	}
	return cells
}

// matchColumn is where the match's id stands.
func (s *State) matchColumn() int {
	if s.several() {
		return 1
	}
	return 0
}
