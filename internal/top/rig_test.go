package top

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"matchstream/internal/inside"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var update = flag.Bool("update", false, "write the golden files anew")

// noon is when the tests' screens are seen.
var noon = time.Date(2022, 12, 18, 12, 0, 0, 0, time.UTC)

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is\n%s\nexpected\n%s", name, got, want)
	}
}

func ptr[T any](v T) *T { return &v }

// snapshot of a node called name, so many seconds after its start; busy are its figures'
// factor.
func snapshot(name string, up, busy float64) *Snapshot {
	at := noon.Add(time.Duration(up) * time.Second)
	many := func(n float64) int64 { return int64(n * busy) }
	return &Snapshot{Snapshot: inside.Snapshot{Node: name, Version: "1.2", At: at, Up: up, Troubles: []inside.Trouble{},
		Watchers: inside.Watchers{TCP: many(7000), SSE: many(2000), WS: many(1000), Limit: 19_348, Joins: uint64(many(10_000 + up)), Deliveries: uint64(many(1000 * up)), Bytes: uint64(many(250_000 * up))},
		Loops: []inside.Loop{
			{Loop: 1, Answered: true, Took: 34e-6, Connections: int(many(5000)), Lanes: 3, Busy: 0.25 * up, Walks: uint64(up), Walked: up * 0.0123, LastWalk: 0.0118},
			{Loop: 2, Answered: true, Took: 1.2e-3, Mail: 3, Connections: int(many(5010)), Hall: 10, Lanes: 3, Busy: 0.5 * up, Walks: uint64(2 * up), Walked: up * 0.03, LastWalk: 0.0152,
				Full: 2, Slowest: inside.Slowest{Events: many(14), Bytes: uint64(many(36_000)), Still: 4.2}}},
		Matches: inside.Matches{Open: 3, Over: 1, AtRest: 120, Away: 8000, Sort: string(ByLag), List: []inside.Match{
			{ID: "arg-fra-2022-12-18", State: "open", Period: "second", Events: 212, Last: ptr(at.Add(-3 * time.Second)), TCP: many(6000), SSE: many(2000), WS: many(900), Rate: 900 * busy,
				Memory: 123_456, Full: 2, Slowest: inside.Slowest{Events: many(14), Bytes: uint64(many(36_000)), Still: 4.2}},
			{ID: "ned-arg-2022-12-09", State: "open", Period: "first", Events: 12, Last: ptr(at.Add(-90 * time.Second)), TCP: many(1000), WS: many(100), Memory: 40_200},
			{ID: "elp-tig-2011-09-10", State: "at_rest", Events: 60, Last: ptr(at.Add(-26 * time.Hour)), Memory: 1890},
			{ID: "bra-ger-2014-07-08", State: "over", Period: "ended", Events: 103, Last: ptr(at.Add(-3 * time.Hour)), Memory: 60_000}}},
		Store: inside.Store{Kind: "embedded", InFlight: 1, Queue: 2, Appends: uint64(2 * up), Conflicts: 4, Last: ptr(at.Add(-500 * time.Millisecond)), Append: ptr(0.0042),
			Writable: ptr(true), Bytes: ptr(int64(12_300_000)), Free: ptr(int64(79_000_000_000))},
		Gates: inside.Gates{Doors: []inside.Door{{Protocol: "tcp", Address: "0.0.0.0:9999", Watchers: many(7000), Greeting: 8, Pondering: 1, Refused: map[string]uint64{"handshake": uint64(30 + up), "full_for_address": 5}}, {Protocol: "http", Address: "0.0.0.0:8888", Watchers: many(3000), Greeting: 1, Refused: map[string]uint64{"full_for_address": 2}}},
			Connections: many(10_010), Limit: 19_600, Accepted: uint64(many(10_010 + up)), Refused: map[string]uint64{"full": 0, "handshake": uint64(30 + up), "full_for_address": 7}},
		Audience: inside.Audience{Matches: 2, Users: 17, News: 1, Late: 0.8},
		Go:       inside.Go{Memory: 80_000_000, Heap: 41_000_000, Goal: 60_000_000, Stacks: 2_000_000, Goroutines: 140, Cycles: uint64(up / 2), Collecting: 0.02 * up, Processors: 2},
		Process:  inside.Process{Resident: 123_000_000, Descriptors: many(10_060), Limit: 20_000, CPU: 0.8 * up}}}
}

// oneNode is a state of one node, twice asked.
func oneNode() *State {
	n := NewNode("127.0.0.1:8889")
	s := NewState([]*Node{n}, time.Second, ByLag, false)
	s.Now = noon
	n.Answered(snapshot("node-a", 100, 1), time.Second)
	n.Answered(snapshot("node-a", 101, 1), time.Second)
	return s
}

// threeNodes are two that answer, one of them in trouble, and one that does not.
func threeNodes() *State {
	a, b, c := NewNode("10.0.0.1:8889"), NewNode("10.0.0.2:8889"), NewNode("10.0.0.3:8889")
	s := NewState([]*Node{a, b, c}, time.Second, ByLag, false)
	s.Now = noon
	for up := range 2 {
		a.Answered(snapshot("node-a", 100+float64(up), 1), time.Second)
		now := snapshot("node-b", 5000+float64(up), 0.5)
		now.Troubles = []inside.Trouble{{Name: "slow_disk", Since: 75}, {Name: "cpu", Since: 8}}
		now.Loops[0] = inside.Loop{Loop: 1, Mail: 812, Hall: 3}
		b.Answered(now, time.Second)
	}
	c.Failed("connection refused", noon.Add(-22*time.Second))
	return s
}
