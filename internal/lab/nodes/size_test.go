package nodes

import (
	"slices"
	"strings"
	"testing"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/need"
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
	m := Measured{Nodes: 2, Users: 36000, Met: "server, descriptors", CPU: 8 * time.Microsecond, Memory: 200, Idle: 60e6, DeliveryBytes: 120}
	w := Wanted{Users: 250000, Within: 500 * time.Millisecond, Headroom: 0.3, Spare: 1}
	c, err := Size(m, w)
	if err != nil {
		t.Fatal(err)
	}
	// 18,000 each, 12,600 of it used: 20 nodes, and a spare one.
	if c.Nodes != 21 || c.PerNode != 11905 || c.Worst != 12500 || c.Descriptors != 12924 || c.Cores != 1 {
		t.Errorf("%+v", c)
	}
	if mb := c.Memory / 1e6; mb < 186 || mb > 187 {
		t.Errorf("%v MB", mb)
	}
	if mbit := c.Network / 1e6; mbit != 48 {
		t.Errorf("%v Mbit/s", mbit)
	}
	text := strings.Join(c.Words(w), "\n")
	for _, says := range []string{"For 250,000 users: 21 nodes, each with 1 core, 187 MB of memory, 12,924 descriptors, 48 Mbit/s", "12,500 while 1 node is away", "36,000 on 2 nodes (in the way of more: server, descriptors)", "30% of each is kept free", "8.0 µs"} {
		if !strings.Contains(text, says) {
			t.Errorf("%q is not in\n%s", says, text)
		}
	}
	// Edges keep descriptors for their origin, and it is said that they are some.
	w.Edges = true
	if c, _ := Size(m, w); c.Descriptors != int(need.EdgeDescriptors(12500, ports, 1)) || c.Descriptors < 12924*8/7 || !strings.Contains(strings.Join(c.Assumptions, "\n"), "they are edges") {
		t.Errorf("%+v", c)
	}
	w.Edges = false
	// Larger nodes need more cores for the same promise.
	w.PerNode = 130000
	if c, _ := Size(m, w); c.Nodes != 4 || c.Cores != 2 {
		t.Errorf("%+v", c)
	}
	// Cores that are given limit what a node carries: two serve 125,000 within the time, and
	// some of that is kept free.
	w.Cores = 2
	if c, _ := Size(m, w); c.Nodes != 4 || c.Cores != 2 || c.Worst > 125000*7/10 || !strings.Contains(strings.Join(c.Assumptions, "\n"), "a node has no more than 2 cores, which deliver to 125,000 within 500ms") {
		t.Errorf("%+v", c)
	}
	w.Cores = 1
	if c, _ := Size(m, w); c.Nodes != 7 || c.Cores != 1 || c.Worst > 62500*7/10 {
		t.Errorf("%+v", c)
	}
	w.Cores, w.Within = 1, 7*time.Microsecond
	if c, err := Size(m, w); err == nil || !strings.Contains(err.Error(), "expected more --cores") {
		t.Errorf("%+v, %v", c, err)
	}
	w.Cores, w.Within = 0, 500*time.Millisecond
	// What was not measured is said.
	m.Memory, m.CPU = 0, 0
	c, _ = Size(m, w)
	text = strings.Join(c.Words(w), "\n")
	for _, says := range []string{"130,000 are given, not measured", "290 bytes of the process: that was not measured", "one core is enough: the CPU of a delivery was not measured", "one event at most within 500ms", "without TLS"} {
		if !strings.Contains(text, says) {
			t.Errorf("%q is not in\n%s", says, text)
		}
	}
	if want := m.Idle + float64(int64(c.Worst)*need.User+need.Kernel(int64(c.Worst), 4096)); c.Memory != want {
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
