package nodes

import (
	"fmt"
	"slices"

	"matchstream/internal/lab"
)

// Gain is what was carried by a number of nodes, against one fewer, and against one.
type Gain struct {
	Nodes int     `json:"nodes"`
	Users int     `json:"users"`
	More  int     `json:"more"`  // than with the number before
	Share float64 `json:"share"` // More for each node added, of what the first node carried: 1 is all that can be hoped for
	Of    string  `json:"of,omitempty"`
	What  string  `json:"what,omitempty"`
	Open  bool    `json:"open,omitempty"` // nothing failed: more were not tried
}

// helps is the least share of a first node that an added one has to bring.
const helps = 0.2

// Gains are those of one search, by the number of nodes.
func Gains(found []lab.Found) (all []Gain) {
	for i, f := range found {
		g := Gain{Nodes: f.Nodes, Users: f.Users, Open: f.Failing == 0}
		if f.Limit != nil {
			g.Of, g.What = f.Limit.Of, f.Limit.What
		}
		if i == 0 {
			g.More, g.Share = f.Users, 1
		} else {
			before := found[i-1]
			g.More = f.Users - before.Users
			if added, one := f.Nodes-before.Nodes, perNode(found[0]); added > 0 && one > 0 {
				g.Share = float64(g.More) / float64(added) / one
			}
		}
		all = append(all, g)
	}
	return all
}

func perNode(f lab.Found) float64 { return float64(f.Users) / float64(max(f.Nodes, 1)) }

// StopsHelping is the number of nodes from which on another brings less than a fifth of
// what the first carries; false if each did. A number at which nothing gave way, or the lab
// itself, or its machine, ends the judgement: it says nothing about the nodes.
func StopsHelping(gains []Gain) (nodes int, yes bool) {
	for i, g := range gains {
		if g.says() != "" {
			return 0, false
		}
		if i > 0 && g.Share < helps {
			return gains[i-1].Nodes, true
		}
	}
	return 0, false
}

// says why a gain says nothing about the nodes; "": it does.
func (g Gain) says() string {
	switch {
	case g.Open:
		return "nothing failed with " + Count(g.Nodes)
	case g.Of == "generator":
		return "with " + Count(g.Nodes) + " the lab itself gave way"
	case g.Of == "host":
		return "with " + Count(g.Nodes) + " the lab's machine gave way (" + g.What + "), which has to carry the lab, and the nodes that are on it"
	}
	return ""
}

// Words are the gains for a person, a line each, and where adding stops helping.
func Words(gains []Gain) (lines []string) {
	for i, g := range gains {
		line := fmt.Sprintf("%s: %s users", Count(g.Nodes), thousands(g.Users))
		if i > 0 {
			line += fmt.Sprintf(", %s (%.0f%% of a first node for each added)", signed(g.More), 100*g.Share)
		}
		switch {
		case g.Open:
			line += "; more were not tried"
		case g.Of != "":
			line += fmt.Sprintf("; in the way: %s (%s)", g.Of, g.What)
		}
		lines = append(lines, line)
	}
	if n, yes := StopsHelping(gains); yes {
		lines = append(lines, fmt.Sprintf("Adding stops helping at %s.", Count(n)))
	} else if i := slices.IndexFunc(gains, func(g Gain) bool { return g.says() != "" }); i >= 0 && len(gains) > 1 {
		lines = append(lines, "Where adding stops helping cannot be told: "+gains[i].says()+".")
	} else if len(gains) > 1 {
		lines = append(lines, "Each added node helped, as far as was looked.")
	}
	return lines
}

// Count is a number of nodes in words: 1 node, 2 nodes.
func Count(n int) string { return counted(n, "node") }

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func signed(n int) string {
	if n < 0 {
		return "−" + thousands(-n)
	}
	return "+" + thousands(n)
}

// thousands is 12,345.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
