package lab

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
)

// part is what one of several processes has seen.
func part(n int64) *Tally {
	t := NewTally()
	t.Asked, t.Been, t.Events, t.Repeated = int(n), int(n), 2*n, n
	t.Errors[Missing], t.Own[NoPorts] = n, 1
	for range FindingsKept - 1 {
		t.Find(Finding{Code: Missing})
	}
	t.Latency.Record(time.Duration(n) * time.Millisecond)
	t.Arrivals = []Arrivals{{}, {Count: n, First: time.Duration(n) * time.Second, Last: time.Duration(2*n) * time.Second}}
	t.Generator.Processes = 1
	return t
}

// Parts go as JSON from their processes, and what is merged of them is the whole.
func TestAdd(t *testing.T) {
	whole := NewTally()
	for _, n := range []int64{3, 5} {
		b, err := json.Marshal(part(n))
		if err != nil {
			t.Fatal(err)
		}
		got := NewTally()
		if err := json.Unmarshal(b, got); err != nil {
			t.Fatal(err)
		}
		whole.Add(got)
	}
	if whole.Asked != 8 || whole.Events != 16 || whole.Errors[Missing] != 8 || whole.Own[NoPorts] != 2 || len(whole.Findings) != FindingsKept || whole.Generator.Processes != 2 {
		t.Errorf("%+v", whole)
	}
	if want := []Arrivals{{}, {Count: 8, First: 3 * time.Second, Last: 10 * time.Second}}; !reflect.DeepEqual(whole.Arrivals, want) {
		t.Errorf("%v, expected %v", whole.Arrivals, want)
	}
	if h := whole.Latency; h.Count() != 2 || h.Min() != 3*time.Millisecond || h.Max().Round(10*time.Microsecond) != 5*time.Millisecond {
		t.Errorf("%d, %v to %v", h.Count(), h.Min(), h.Max())
	}
	f := Figures{}
	f.Tally(whole, 2, 8)
	if f["incomplete"] != 1 || f["errors.missing"] != 8 || f["own.ports"] != 2 || f["repeated"] != 8 || f["errors"] != 8 || f["complete.p99"] == 0 {
		t.Errorf("%v", f)
	}
	// What not all have is not complete, however soon the others had it.
	f = Figures{}
	if f.Tally(whole, 2, 9); f["incomplete"] != 2 || f["complete.p99"] != 0 || f["first.p99"] == 0 {
		t.Errorf("of events that one lacks: %v", f)
	}
}

// What came in the last second is the difference of two tallies.
func TestSince(t *testing.T) {
	h, before := NewHistogram(), NewHistogram()
	h.Record(time.Second)
	before.Add(h)
	for range 3 {
		h.Record(2 * time.Millisecond)
	}
	if d := h.Since(before); d.Count() != 3 || d.Max() > 3*time.Millisecond || h.Count() != 4 || before.Count() != 1 {
		t.Errorf("%d up to %v, expected 3 of 2 ms", d.Count(), d.Max())
	}
	if all := h.Since(nil); all.Count() != 4 || all.Max() < time.Second {
		t.Errorf("%d up to %v, expected all 4", all.Count(), all.Max())
	}
}

func TestNoHistogram(t *testing.T) {
	for _, text := range []string{`17`, `"HISTF"`, `""`, `"aGVsbG8="`} {
		if err := json.Unmarshal([]byte(text), NewHistogram()); err == nil {
			t.Errorf("%s was taken", text)
		}
	}
}

// Where a part has read an event late by its own doing, the times are those of the others.
func TestLateArrivals(t *testing.T) {
	late, timely := Arrivals{Count: 2, First: 7, Last: 90, Late: true}, Arrivals{Count: 3, First: 10, Last: 20}
	want := Arrivals{Count: 5, First: 10, Last: 20}
	for _, of := range [][2]Arrivals{{late, timely}, {timely, late}} {
		if of[0].add(of[1]); of[0] != want {
			t.Errorf("%+v, expected %+v", of[0], want)
		}
	}
	g := Generator{}
	for range 2 {
		g.add(Generator{Lateness: nil, CannotTell: []string{"lateness"}})
	}
	if len(g.CannotTell) != 1 {
		t.Errorf("%q", g.CannotTell)
	}
}
