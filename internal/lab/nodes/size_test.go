package nodes

import (
	"slices"
	"strings"
	"testing"
	"time"

	"matchstream/internal/lab"
)

func limited(of, what string) *lab.Limit { return &lab.Limit{Of: of, What: what} }

func TestGains(t *testing.T) {
	descriptors := limited("server", "descriptors")
	found := []lab.Found{{Nodes: 1, Users: 19000, Failing: 19001, Limit: descriptors}, {Nodes: 2, Users: 38000, Failing: 38001, Limit: descriptors}, {Nodes: 3, Users: 40000, Failing: 40001, Limit: limited("host", "cpu")}}
	gains := Gains(found)
	if gains[1].More != 19000 || gains[1].Share != 1 || gains[2].Share < 0.1 || gains[2].Share > 0.11 {
		t.Errorf("%+v", gains)
	}
	if n, yes := StopsHelping(gains); yes {
		t.Errorf("stops at %d, where the machine that they share gave way", n)
	}
	want := []string{
		"1 node: 19,000 users; in the way: server (descriptors)",
		"2 nodes: 38,000 users, +19,000 (100% of a first node for each added); in the way: server (descriptors)",
		"3 nodes: 40,000 users, +2,000 (11% of a first node for each added); in the way: host (cpu)",
		"Where adding stops helping cannot be told: with 3 nodes the lab's machine gave way (cpu), which has to carry the lab, and the nodes that are on it.",
	}
	if got := Words(gains); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	found[2].Limit = limited("server", "cpu")
	if words := Words(Gains(found)); words[3] != "Adding stops helping at 2 nodes." {
		t.Errorf("%q", words)
	}
	// Where the lab gave way, nothing is known of the nodes.
	found[2].Limit = limited("generator", "cpu")
	if n, yes := StopsHelping(Gains(found)); yes {
		t.Errorf("stops at %d, where the lab was what gave way", n)
	}
	// Where nothing failed, it is not known either.
	if n, yes := StopsHelping(Gains([]lab.Found{{Nodes: 1, Users: 256}, {Nodes: 2, Users: 256}})); yes {
		t.Errorf("stops at %d, where more were not tried", n)
	}
	// Several nodes more at once: the gain is for each.
	if g := Gains([]lab.Found{{Nodes: 1, Users: 100}, {Nodes: 3, Users: 300}}); g[1].Share != 1 {
		t.Errorf("%+v", g)
	}
	if g := Gains([]lab.Found{{Nodes: 1}, {Nodes: 2, Users: 10}}); g[1].Share != 0 {
		t.Errorf("%+v", g)
	}
}

func TestSize(t *testing.T) {
	m := Measured{Nodes: 2, Users: 36000, Met: "server, descriptors", CPU: 8 * time.Microsecond, Memory: 200, Idle: 60e6, FrameBytes: 120}
	w := Wanted{Users: 250000, Within: 500 * time.Millisecond, Headroom: 0.3, Spare: 1}
	c, err := Size(m, w)
	if err != nil {
		t.Fatal(err)
	}
	// 18,000 each, 12,600 of it used: 20 nodes, and a spare one.
	if c.Nodes != 21 || c.PerNode != 11905 || c.Worst != 12500 || c.Descriptors != 12700 || c.Cores != 1 {
		t.Errorf("%+v", c)
	}
	if mb := c.Memory / 1e6; mb < 124 || mb > 126 {
		t.Errorf("%v MB", mb)
	}
	if mbit := c.Network / 1e6; mbit != 48 {
		t.Errorf("%v Mbit/s", mbit)
	}
	text := strings.Join(c.Words(w), "\n")
	for _, says := range []string{"For 250,000 users: 21 nodes, each with 1 core, 125 MB of memory, 12,700 descriptors, 48 Mbit/s", "12,500 while 1 node is away", "36,000 on 2 nodes (in the way of more: server, descriptors)", "30% of each is kept free", "8.0 µs"} {
		if !strings.Contains(text, says) {
			t.Errorf("%q is not in\n%s", says, text)
		}
	}
	// Larger nodes need more cores for the same promise.
	w.PerNode = 130000
	if c, _ := Size(m, w); c.Nodes != 4 || c.Cores != 2 {
		t.Errorf("%+v", c)
	}
	// What was not measured is said.
	m.Memory, m.CPU = 0, 0
	c, _ = Size(m, w)
	text = strings.Join(c.Words(w), "\n")
	for _, says := range []string{"130,000 are given, not measured", "300 bytes of the process: that was not measured", "one core is enough: the CPU of a delivery was not measured", "one event at most within 500ms", "without TLS"} {
		if !strings.Contains(text, says) {
			t.Errorf("%q is not in\n%s", says, text)
		}
	}
	if c.Memory != m.Idle+float64(c.Worst)*5300 {
		t.Errorf("%v bytes", c.Memory)
	}
	if _, err := Size(Measured{Nodes: 1}, w); err == nil {
		t.Error("a size out of nothing")
	}
}

// The memory of a user is that of tries before which none was larger: a process that has
// had more keeps it for a while.
func TestMemory(t *testing.T) {
	step := func(users int, memory float64, ok bool) lab.Step {
		return lab.Step{Users: users, OK: ok, Figures: lab.Figures{"server.memory": memory}}
	}
	r := Result{Steps: []lab.Step{step(1000, 60e6, true), step(2000, 61e6, true), step(4000, 90e6, false), step(3000, 90e6, true)}}
	if m := r.Measure(); m.Users != 3000 || m.Memory != 1000 || m.Idle != 59e6 {
		t.Errorf("%+v", m)
	}
}
