package cluster

import "math/rand/v2"

// Choose names up to n nodes to go to, those first that have the fewest watchers
// for their limit. Nodes that drain are not among them; full ones come last, and so do
// those that lag, whose watchers see everything late.
//
// What is known of others is a second old, and thousands may ask in that second:
// were all sent to the one node that had the fewest, it would be run over, and the
// next a second later. So two are drawn at random, each as likely as its limit is
// large, perhaps the same one twice, and the emptier of both is taken. That comes
// near to always taking the emptiest (the power of two choices), while of N nodes
// none is named first more than 2/N of the time, however wrong the picture is.
func (m *Members) Choose(n int) []Node { return choose(m.Nodes(), n, rand.Float64) }

func choose(nodes []Node, n int, random func() float64) (chosen []Node) {
	var free, last []Node
	for _, node := range nodes {
		switch {
		case node.Draining || !node.Alive():
		case node.Lagging, node.Limit > 0 && node.Watchers >= node.Limit:
			last = append(last, node)
		default:
			free = append(free, node)
		}
	}
	for _, from := range [][]Node{free, last} {
		usual := usualLimit(from)
		for len(from) > 0 && len(chosen) < n {
			a, b := draw(from, usual, random), draw(from, usual, random)
			if load(&from[b], usual) < load(&from[a], usual) {
				a = b
			}
			chosen = append(chosen, from[a])
			from[a] = from[len(from)-1]
			from = from[:len(from)-1]
		}
	}
	return chosen
}

// usualLimit stands for the limit of those of whom none is known.
func usualLimit(nodes []Node) float64 {
	sum, n := 0.0, 0.0
	for i := range nodes {
		if limit := nodes[i].Limit; limit > 0 {
			sum, n = sum+float64(limit), n+1
		}
	}
	if n == 0 {
		return 1
	}
	return sum / n
}

func limit(n *Node, usual float64) float64 {
	if n.Limit > 0 {
		return float64(n.Limit)
	}
	return usual
}

func load(n *Node, usual float64) float64 { return float64(n.Watchers) / limit(n, usual) }

// draw one at random, by their limits.
func draw(nodes []Node, usual float64, random func() float64) int {
	sum := 0.0
	for i := range nodes {
		sum += limit(&nodes[i], usual)
	}
	at := random() * sum
	for i := range nodes {
		if at -= limit(&nodes[i], usual); at < 0 {
			return i
		}
	}
	return len(nodes) - 1
}
