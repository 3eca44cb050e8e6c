package fleet

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"matchstream/internal/lab"
)

// A crowd that does not fit into one process is in several, and its tally is that of
// all.
func TestSeveralProcesses(t *testing.T) {
	crowd, err := children(40).Gather(t.Context(), lab.Plan{Users: 100, AtOnce: 10, Match: "m", Over: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	await(t, "settled", crowd.Settled())
	now := crowd.Tally()
	if now.Ready != 100 || now.Generator.Processes != 3 || now.Latency.Count() != 3 {
		t.Errorf("%d ready in %d processes, expected 100 in 3", now.Ready, now.Generator.Processes)
	}
	final, err := crowd.Finish(t.Context(), 1, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if final.Been != 100 || final.Ready != 0 || len(final.Own) != 0 {
		t.Errorf("%d have been there, %d are, %v; expected 100, 0, none", final.Been, final.Ready, final.Own)
	}
	if told := plans(t, final); len(told) != 3 || told[1].Over != time.Minute || told[1].First != told[0].Users {
		t.Errorf("%+v", told)
	}
	if again := crowd.Tally(); again.Been != 100 || len(again.Own) != 0 {
		t.Errorf("afterwards %d have been there, %v", again.Been, again.Own)
	}
}

// What a process had is lost with it; the rest goes on, and it is said.
func TestProcessDies(t *testing.T) {
	crowd, err := children(50).Gather(t.Context(), lab.Plan{Users: 100, Match: "dies"})
	if err != nil {
		t.Fatal(err)
	}
	await(t, "settled", crowd.Settled())
	if now := crowd.Tally(); now.Ready != 100 || now.Own[lab.OwnFailure] != 0 {
		t.Fatalf("%d ready, %v", now.Ready, now.Own)
	}
	crowd.Tally() // in the middle of which it dies
	await(t, "lost", crowd.(*Crowd).parts[0].lost)
	if now := crowd.Tally(); now.Ready != 50 || now.Been != 100 || now.Own[lab.OwnFailure] != 50 {
		t.Errorf("%d ready of %d, %v; expected 50 of 100, 50 lost", now.Ready, now.Been, now.Own)
	}
	final, err := crowd.Finish(t.Context(), 1, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	found := ""
	for _, f := range final.Findings {
		if f.Code == lab.OwnFailure {
			found = f.Who + ": " + f.Text
		}
	}
	if final.Own[lab.OwnFailure] != 50 || !strings.HasPrefix(found, "process 1: 50 users are lost with process 1: it ended with exit status 3 panic: out of luck") {
		t.Errorf("%v %q", final.Own, found)
	}
}

// ctx ends the crowd at once, and the processes with it.
func TestContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	crowd, err := children(50).Gather(ctx, lab.Plan{Users: 100, Match: "m"})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	for _, p := range crowd.(*Crowd).parts {
		await(t, "the end of "+p.name, p.lost)
	}
}

// Processes end with the one that has started them, however that ends.
func TestCoordinatorDies(t *testing.T) {
	alive, held, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer alive.Close()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "FLEET_TEST_COORDINATES=1")
	cmd.ExtraFiles = []*os.File{held}
	said, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	held.Close()
	if line, err := bufio.NewReader(said).ReadString('\n'); line != "gathered\n" {
		t.Errorf("%q, %v", line, err)
	}
	cmd.Process.Kill()
	cmd.Wait()
	if err := alive.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(alive); err != nil {
		t.Errorf("somebody lives on: %v", err)
	}
}

// Finish's ctx ends the waiting, and what there is stays.
func TestInterrupted(t *testing.T) {
	crowd, err := children(50).Gather(t.Context(), lab.Plan{Users: 100, Match: "m"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	final, err := crowd.Finish(ctx, 0, 0)
	if err != nil || final.Been != 100 || len(final.Own) != 0 {
		t.Errorf("%+v, %v", final, err)
	}
}

// broken is a process that cannot carry anybody.
func broken() *exec.Cmd { return exec.Command("false") }

func TestNobodyComes(t *testing.T) {
	for want, c := range map[string]struct {
		fleet *Fleet
		plan  lab.Plan
	}{
		"process 1: nobody came": {children(100), lab.Plan{Users: 10, Match: "fails"}},
		"2000 users do not fit: there is room for 1600 in 16 processes here; more on other machines: --agents": {children(100), lab.Plan{Users: 1999, Stalled: 1}},
		"expected none with agents":                      {&Fleet{Agents: []string{"a"}}, lab.Plan{Users: 1, Sources: []string{"127.0.0.2"}}},
		"process 1 is lost: it ended with exit status 1": {&Fleet{Command: broken}, lab.Plan{Users: 10}},
	} {
		_, err := c.fleet.Gather(t.Context(), c.plan)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, expected %s", err, want)
		}
	}
}

// All that is to come comes, with names of its own.
func TestSplit(t *testing.T) {
	whole := lab.Plan{Seed: 7, Users: 1001, First: 5, AtOnce: 100, Stalled: 11, Over: time.Second, Tunnel: 0.05,
		Lines: []string{"a:1", "b:1"}, Sources: []string{"1", "2", "3", "4"}}
	users, stalled, atOnce, next := 0, 0, 0, 5
	seeds, sources := map[uint64]bool{}, []string{}
	for i, p := range split(whole, []int{100, 300, 100}) {
		if p.First != next || p.Over != whole.Over || p.Tunnel != whole.Tunnel {
			t.Errorf("%+v, expected the first to be %d", p, next)
		}
		if want := whole.Lines[i%2]; p.Lines[0] != want || len(p.Lines) != 2 {
			t.Errorf("%v, expected %s first", p.Lines, want)
		}
		users, stalled, atOnce, next = users+p.Users, stalled+p.Stalled, atOnce+p.AtOnce, next+p.Users+p.Stalled
		seeds[p.Seed] = true
		sources = append(sources, p.Sources...)
		if i == 1 && (p.Users < 600 || p.Users > 601) {
			t.Errorf("%d users for three fifths of the room", p.Users)
		}
	}
	if users != 1001 || stalled != 11 || atOnce != 100 || len(seeds) != 1 || !reflect.DeepEqual(sources, []string{"1", "4", "2", "3"}) {
		t.Errorf("%d users, %d stalled, %d at once, %d seeds, from %v", users, stalled, atOnce, len(seeds), sources)
	}
	few := split(lab.Plan{Users: 3, AtOnce: 1, Sources: []string{"1"}}, []int{1, 1, 1})
	for _, p := range few {
		if p.Users != 1 || p.AtOnce != 1 || len(p.Sources) != 1 {
			t.Errorf("%+v, expected one of everything", p)
		}
	}
}

func TestRoom(t *testing.T) {
	for descriptors, want := range map[uint64]int{20_000: 18_000, 1 << 62: 18_000, 1020: 918, 0: 1} {
		if got := roomOf(descriptors); got != want {
			t.Errorf("%d users by %d descriptors, expected %d", got, descriptors, want)
		}
	}
}
