package top

import (
	"strconv"
	"time"

	"matchstream/internal/inside"
)

// Node is one that is asked, and what is known of it.
type Node struct {
	Address string    // as it was given
	Now     *Snapshot // nil: it does not answer, or has not been asked yet
	before  *Snapshot // of the same start; nil: none
	Gone    time.Time // since when it does not answer; zero: it does
	Cause   string    // why it does not

	grown map[string]*Growth
}

// NewNode is one of which nothing is known yet.
func NewNode(address string) *Node { return &Node{Address: address, grown: map[string]*Growth{}} }

// Name of the node, or its address before it has told its name.
func (n *Node) Name() string {
	if n.Now != nil && n.Now.Node != "" {
		return n.Now.Node
	}
	return n.Address
}

// Answered takes what it has answered. every is the time between two questions.
func (n *Node) Answered(s *Snapshot, every time.Duration) {
	switch {
	case n.Now == nil:
	case s.Up > n.Now.Up:
		n.before = n.Now
	case s.Up < n.Now.Up: // it has started again
		n.before = nil
		clear(n.grown)
	}
	n.Now, n.Gone, n.Cause = s, time.Time{}, ""
	at, window := time.Duration(s.Up*float64(time.Second)), growthWindow(every)
	seen := map[string]bool{}
	s.growing(func(name string, value float64) {
		g := n.grown[name]
		if g == nil {
			g = new(Growth)
			n.grown[name] = g
		}
		g.Add(at, value, window)
		seen[name] = true
	})
	for name := range n.grown {
		if !seen[name] {
			delete(n.grown, name)
		}
	}
}

// Failed says that it has not answered.
func (n *Node) Failed(cause string, now time.Time) {
	if n.Gone.IsZero() {
		n.Gone = now
	}
	n.Now, n.before, n.Cause = nil, nil, cause
	clear(n.grown) // it may be another process that answers next
}

// growing are the values of which it is looked whether they grow.
func (s *Snapshot) growing(f func(name string, value float64)) {
	f("memory", float64(s.Go.Memory))
	f("resident", float64(s.Process.Resident))
	f("goroutines", float64(s.Go.Goroutines))
	f("descriptors", float64(s.Process.Descriptors))
	f("store", float64(s.Store.InFlight+s.Store.Queue))
	f("audience", float64(s.Audience.Matches+s.Audience.Users+s.Audience.News))
	for _, l := range s.Loops {
		f("mail "+strconv.Itoa(l.Loop), float64(l.Mail))
		f("behind "+strconv.Itoa(l.Loop), float64(l.Slowest.Bytes))
	}
	for _, d := range s.Gates.Doors {
		f("door "+d.Address, float64(d.Greeting+d.Pondering))
	}
	for _, m := range s.Matches.List {
		f("match "+m.ID, float64(m.Memory))
		f("lag "+m.ID, float64(m.Slowest.Bytes))
	}
}

// Grows says whether one of the values that are looked at does.
func (n *Node) Grows(name string, every time.Duration) bool {
	return n.grown[name].Grows(growthWindow(every))
}

// per second, of something that rises since the start: of the time between the last two
// answers; false: there is only one.
func (n *Node) per(of func(*Snapshot) float64) (float64, bool) {
	if n.Now == nil || n.before == nil || n.Now.Up <= n.before.Up {
		return 0, false
	}
	return max(0, of(n.Now)-of(n.before)) / (n.Now.Up - n.before.Up), true
}

// Lag is the slowest watcher of all loops.
func (s *Snapshot) Lag() (worst inside.Slowest) {
	for _, l := range s.Loops {
		if l.Events > worst.Events || l.Events == worst.Events && l.Still > worst.Still {
			worst = l.Slowest
		}
	}
	return worst
}

// Mail that waits for all loops, and how long a letter lies in that of the slowest.
func (s *Snapshot) Mail() (letters int, longest float64) {
	for _, l := range s.Loops {
		letters += l.Mail
		longest = max(longest, l.Took)
	}
	return letters, longest
}
