package compare

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"matchstream/internal/access"
)

var update = flag.Bool("update", false, "write the golden files anew")

func readFile(t *testing.T, name string) *Log {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	l, err := Read(name, f, Auto)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func compared(t *testing.T, people, simulators *Log) *Report {
	t.Helper()
	r, err := Compare(people, simulators)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestGolden: two logs of ours, two of nginx's, and one of each.
func TestGolden(t *testing.T) {
	for name, logs := range map[string][2]string{
		"ours":  {"people.log", "simulators.log"},
		"nginx": {"people.nginx.log", "simulators.nginx.log"},
		"mixed": {"people.nginx.log", "simulators.log"},
	} {
		r := compared(t, readFile(t, logs[0]), readFile(t, logs[1]))
		got, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, '\n')
		file := filepath.Join("testdata", name+".json")
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %v, got\n%s", name, err, got)
		}
	}
}

// crowd is a log of n users made by a rule: what each does at a time, over an own
// address.
func crowd(n int, does func(i int, say func(access.Line))) *Log {
	l := &Log{Name: "log", Format: Ours, knows: true}
	for i := range n {
		does(i, func(line access.Line) {
			switch line := line.(type) {
			case *access.Request:
				l.add(ourRequest(line))
			case *access.Connection:
				l.add(ourConnection(line))
			}
		})
	}
	return l
}

var began = time.Date(2026, 11, 22, 17, 0, 0, 0, time.UTC)

// asks is a request of a user, some seconds behind the beginning.
func asks(i int, at float64, path string) *access.Request {
	return &access.Request{When: access.At(began.Add(time.Duration(at * float64(time.Second)))), From: from(i), Protocol: access.HTTP, Method: "GET", Path: path, Status: 200, Took: access.Took(time.Millisecond)}
}

// watches is a connection of a user.
func watches(i int, at, lasted float64, protocol, why string) *access.Connection {
	return &access.Connection{When: access.At(began.Add(time.Duration(at * float64(time.Second)))), From: from(i), Protocol: protocol,
		Match: "elp-tig-2011-09-10", Took: access.Took(time.Duration(lasted * float64(time.Second))), Why: why}
}

// usual is a user whose times come from chance.
func usual(chance *rand.Rand) func(i int, say func(access.Line)) {
	return func(i int, say func(access.Line)) {
		at := 60 * chance.Float64()
		say(asks(i, at, "/1/checkin"))
		say(asks(i, at+1+chance.Float64(), "/1/matches"))
		why := []string{"ended", "left"}[chance.IntN(2)]
		say(watches(i, at+3+5*chance.ExpFloat64(), 600*chance.ExpFloat64(), []string{"tcp", "sse"}[chance.IntN(2)], why))
	}
}

// Logs of the same users do not differ, however the dice fall; nor does a log from
// itself.
func TestAlike(t *testing.T) {
	for seed := range uint64(30) {
		people := crowd(200, usual(rand.New(rand.NewPCG(seed, 1))))
		simulators := crowd(500, usual(rand.New(rand.NewPCG(seed, 2))))
		if r := compared(t, people, simulators); !r.Alike() {
			t.Errorf("seed %d: %+v", seed, r.Differences)
		}
		if r := compared(t, people, people); !r.Alike() {
			t.Errorf("seed %d: it differs from itself: %+v", seed, r.Differences)
		}
	}
}

// Each thing in which they may differ is found, by itself, with the option that mends it.
func TestEachDifference(t *testing.T) {
	plain := func(i int, say func(access.Line)) {
		at := float64(i)
		say(asks(i, at, "/1/checkin"))
		say(asks(i, at+1, "/1/matches"))
		say(watches(i, at+3, 600, "tcp", "ended"))
	}
	// every is plain, but for those users whose number divides by n.
	every := func(n int, other func(i int, say func(access.Line))) func(int, func(access.Line)) {
		return func(i int, say func(access.Line)) {
			if i%n == 0 {
				other(i, say)
			} else {
				plain(i, say)
			}
		}
	}
	for _, one := range []struct {
		about, text, option string
		people              func(int, func(access.Line))
	}{
		{"requests", "GET /1/match/{id}/history is in one log only, asked for by: 25% of people (25 of 100), 0% of simulators (0 of 100)", "", every(4, func(i int, say func(access.Line)) {
			plain(i, say)
			say(asks(i, float64(i)+2, fmt.Sprintf("/1/match/elp-tig-2011-09-%d/history", 10+i%20)))
		})},
		{"requests", "GET /1/checkin is in one log only, asked for by: 0% of people (0 of 100)", "--no-api", func(i int, say func(access.Line)) {
			say(watches(i, float64(i), 600, "tcp", "ended"))
		}},
		{"order", "GET /1/matches, and then GET /1/checkin: 50% of people (50 of 100), 0% of simulators (0 of 100)", "", every(2, func(i int, say func(access.Line)) {
			say(asks(i, float64(i), "/1/matches"))
			say(asks(i, float64(i)+1, "/1/checkin"))
			say(watches(i, float64(i)+3, 600, "tcp", "ended"))
		})},
		{"protocols", "watch first by sse: 25% of people (25 of 100), 0% of simulators (0 of 100)", "--via tcp:75,sse:25", every(4, func(i int, say func(access.Line)) {
			say(asks(i, float64(i), "/1/checkin"))
			say(asks(i, float64(i)+1, "/1/matches"))
			say(watches(i, float64(i)+3, 600, "sse", "ended"))
		})},
		{"ends", "their last connection ends with left (the client closed): 50% of people (50 of 100)", "--leave 50% --pause 10m0s", every(2, func(i int, say func(access.Line)) {
			say(asks(i, float64(i), "/1/checkin"))
			say(asks(i, float64(i)+1, "/1/matches"))
			say(watches(i, float64(i)+3, 600, "tcp", "left"))
		})},
		{"ends", "their last connection ends with left (the client closed): 25% of people (25 of 100)", "--leave 25% --pause 10m0s", func(i int, say func(access.Line)) {
			switch { // who comes back is another than who leaves
			case i%4 == 0:
				say(watches(i, float64(i), 600, "tcp", "left"))
			case i%4 == 1:
				say(watches(i, float64(i), 60, "tcp", "left"))
				say(watches(i, float64(i)+70, 600, "tcp", "ended"))
			default:
				say(watches(i, float64(i), 600, "tcp", "ended"))
			}
		}},
		{"resumes", "resume by a position: 25% of people (25 of 100)", "--tunnel 25%", every(4, func(i int, say func(access.Line)) {
			plain(i, say)
			say(resumes(watches(i, float64(i)+700, 600, "tcp", "ended")))
		})},
		{"returns", "come back as new: 25% of people (25 of 100)", "--return 25%", every(4, func(i int, say func(access.Line)) {
			say(watches(i, float64(i), 60, "tcp", "left"))
			say(watches(i, float64(i)+70, 600, "tcp", "ended"))
		})},
		{"slow", "too slow at some time: 25% of people (25 of 100)", "--slow 25%", every(4, func(i int, say func(access.Line)) {
			w := watches(i, float64(i), 600, "tcp", "ended")
			w.Refreshes = 1
			say(w)
		})},
		{"durations", "to the end of their last connection: people 1m0s in the middle, 1m0s at 90%; simulators 10m0s, 10m0s", "", func(i int, say func(access.Line)) {
			say(watches(i, float64(i), 60, "tcp", "ended"))
		}},
		{"pauses", "pause behind a request: people 30s in the middle, 30s at 90%; simulators 2s, 2s", "", func(i int, say func(access.Line)) {
			say(asks(i, float64(i), "/1/checkin"))
			say(watches(i, float64(i)+30.001, 600, "tcp", "ended"))
		}},
		{"arrival", "behind the first of all: people 5s in the middle, 9s at 90%; simulators 50s, 1m30s", "--arrive steady --over 9.9s", func(i int, say func(access.Line)) {
			plain(i, func(l access.Line) {
				switch l := l.(type) {
				case *access.Request:
					l.When = access.At(l.When.Add(-time.Duration(i) * 900 * time.Millisecond))
				case *access.Connection:
					l.When = access.At(l.When.Add(-time.Duration(i) * 900 * time.Millisecond))
				}
				say(l)
			})
		}},
		{"requests", "how many requests a user makes: people 0 in the middle, 0 at 90%; simulators 2, 2", "", func(i int, say func(access.Line)) {
			say(watches(i, float64(i), 600, "tcp", "ended"))
		}},
	} {
		r := compared(t, crowd(100, one.people), crowd(100, plain))
		if !slices.ContainsFunc(r.Differences, func(d Difference) bool {
			return d.About == one.about && strings.Contains(d.Text, one.text) && d.Option == one.option
		}) {
			t.Errorf("not found: %s %q %q in", one.about, one.text, one.option)
			for _, d := range r.Differences {
				t.Errorf("  %s: %s [%s]", d.About, d.Text, d.Option)
			}
		}
		if !slices.IsSortedFunc(r.Differences, func(a, b Difference) int { return int(1e6 * (b.Gravity - a.Gravity)) }) {
			t.Errorf("the gravest is not first: %+v", r.Differences)
		}
	}
}

func TestTooLittle(t *testing.T) {
	people := crowd(leastUsers-1, usual(rand.New(rand.NewPCG(1, 1))))
	if _, err := Compare(people, crowd(100, usual(rand.New(rand.NewPCG(1, 2))))); err == nil || !strings.Contains(err.Error(), "too little to tell: 7 users of the first log, 100 of the second; expected at least 8") {
		t.Error(err)
	}
	// With few users only what is glaring is told.
	some := func(n int) *Log {
		return crowd(10, func(i int, say func(access.Line)) {
			why := "ended"
			if i < n {
				why = "left"
			}
			say(watches(i, float64(i), 600, "tcp", why))
		})
	}
	if r := compared(t, some(3), some(0)); !r.Alike() || r.Visible < 0.5 {
		t.Errorf("3 of 10 are told from 0 of 10: %+v", r)
	}
	if r := compared(t, some(10), some(0)); r.Alike() {
		t.Error("10 of 10 are not told from 0 of 10")
	}
}

// Who comes back by his position has not left, though he hung up; and of a request that
// one log does not have, nothing is told but that.
func TestToldOnce(t *testing.T) {
	r := compared(t, crowd(100, func(i int, say func(access.Line)) {
		say(asks(i, float64(i), "/1/checkin"))
		say(asks(i, float64(i)+1, "/1/teams"))
		say(watches(i, float64(i)+2, 60, "tcp", "left"))
		say(resumes(watches(i, float64(i)+70, 600, "tcp", "ended")))
	}), crowd(100, func(i int, say func(access.Line)) {
		say(asks(i, float64(i), "/1/checkin"))
		say(watches(i, float64(i)+1, 600, "tcp", "ended"))
	}))
	for _, d := range r.Differences {
		if d.About == "returns" || d.About == "order" && strings.Contains(d.Text, "/1/teams") {
			t.Errorf("%s: %s", d.About, d.Text)
		}
	}
}

// What differs by a few milliseconds is of the machine, not of the users.
func TestMilliseconds(t *testing.T) {
	like := func(more float64) *Log {
		return crowd(100, func(i int, say func(access.Line)) {
			say(asks(i, float64(i)+more, "/1/checkin"))
			say(watches(i, float64(i)+1+2*more, 600+10*more, "tcp", "ended"))
		})
	}
	if r := compared(t, like(0), like(0.02)); !r.Alike() {
		t.Errorf("%+v", r.Differences)
	}
	if r := compared(t, like(0), like(20)); r.Alike() {
		t.Error("nothing is told of what is 20 s longer")
	}
}

// Figures against published ones: Wilson's interval, and a two-sample D by hand.
func TestChance(t *testing.T) {
	low, high := wilson(10, 20)
	if fmt.Sprintf("%.3f %.3f", low, high) != "0.250 0.750" {
		t.Errorf("%.3f to %.3f", low, high)
	}
	if low, high := wilson(0, 50); low != 0 || fmt.Sprintf("%.3f", high) != "0.117" {
		t.Errorf("%.3f to %.3f", low, high)
	}
	if d, _ := apart([]float64{1, 2, 3, 4}, []float64{3, 4, 5, 6}); d != 0.5 {
		t.Errorf("D is %v, expected 0.5", d)
	}
	if d, differ := apart([]float64{1, 1}, []float64{1, 1, 1}); d != 0 || differ {
		t.Errorf("the same differ by %v", d)
	}
}
