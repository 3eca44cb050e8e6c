package crowd

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"testing"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/faulty"
)

func wrongServer(t *testing.T, f faulty.Fault) *faulty.Server {
	t.Helper()
	s, err := faulty.Start(f)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// planFor is of a crowd that comes by one protocol.
func planFor(s *faulty.Server, users int, by lab.Protocol) lab.Plan {
	return lab.Plan{Seed: 3, Users: users, AtOnce: 8, Server: s.URL(), Match: faulty.Match, Via: []lab.Share{{Via: by, Weight: 1}}}
}

// happen has so many marked comments happen.
func happen(t *testing.T, s *faulty.Server, kinds ...string) {
	t.Helper()
	mark := 0
	for _, kind := range kinds {
		comment := ""
		if kind == "comment" {
			mark++
			comment = string(lab.AppendMark(nil, mark, time.Now()))
		}
		if _, err := s.Happen(kind, comment); err != nil {
			t.Fatal(err)
		}
	}
}

var protocols = []lab.Protocol{lab.TCP, lab.SSE, lab.WebSocket}

// Whatever a server does wrong to every third of its watchers is found, as often as it was
// done, and named; and nothing else is.
func TestWrongServer(t *testing.T) {
	hungUp := []string{lab.CutOff}
	for deed, codes := range map[faulty.Deed][]string{
		"":               nil,
		faulty.Drop:      {lab.Missing},
		faulty.Double:    {lab.Doubled},
		faulty.Reorder:   {lab.Reordered},
		faulty.Cut:       {lab.Malformed, lab.CutOff},
		faulty.CutOn:     {lab.Malformed},
		faulty.Garbage:   {lab.Malformed},
		faulty.Stray:     {lab.Stray, lab.Missing},
		faulty.HangUp:    hungUp,
		faulty.Break:     hungUp,
		faulty.NoStatus:  {lab.NoStatus},
		faulty.NoStop:    {lab.CutOff}, // of lines and SSE that is all that can be seen
		faulty.StaysOpen: {lab.NotEnded},
	} {
		for _, by := range protocols {
			t.Run(fmt.Sprintf("%s/%s", deed, by), func(t *testing.T) {
				t.Parallel()
				s := wrongServer(t, faulty.Fault{Do: deed, Event: 3, Watchers: 3})
				p := planFor(s, 7, by)
				if deed == faulty.StaysOpen {
					p.Patience = time.Second
				}
				c, err := Carrier{}.Gather(t.Context(), p)
				if err != nil {
					t.Fatal(err)
				}
				await(t, s, 7)
				if deed != faulty.NoStatus {
					<-c.Settled()
				}
				happen(t, s, "start", "comment", "comment", "comment", "stop")
				tally := finish(t, c, 0)
				want := map[string]int64{}
				for _, code := range codes {
					if deed == faulty.NoStop && by == lab.WebSocket {
						code = lab.NoStop // a close of 1000 is an end
					}
					want[code] = s.Record().Done[deed]
				}
				if deed != "" && s.Record().Done[deed] < 2 {
					t.Fatalf("the server has done %v", s.Record().Done)
				}
				if !maps.Equal(tally.Errors, want) || len(tally.Own) > 0 {
					t.Errorf("errors %v, own %v, expected %v: %+v", tally.Errors, tally.Own, want, tally.Findings)
				}
				named(t, tally)
				if tally.Ended+int(want[lab.NoStop]) != 7 {
					t.Errorf("%d of 7 saw the end", tally.Ended)
				}
				if again := want[lab.CutOff] + want[lab.Malformed]; again > 0 && tally.Resumes == 0 {
					t.Errorf("%d came back, none of them to where he was", again)
				}
				if events := int64(7*5) - want[lab.Missing] - want[lab.NoStop]; tally.Events != events {
					t.Errorf("%d events, expected %d", tally.Events, events)
				}
			})
		}
	}
}

// named expects a finding of each error, with who and what.
func named(t *testing.T, tally *lab.Tally) {
	t.Helper()
	found := map[string]bool{}
	for _, f := range tally.Findings {
		found[f.Code] = true
		if f.Who == "" || f.Text == "" || f.When.IsZero() {
			t.Errorf("a finding that says nothing: %+v", f)
		}
	}
	for code := range tally.Errors {
		if !found[code] {
			t.Errorf("nothing is found of %s", code)
		}
	}
}

// await waits until so many have been sent their status.
func await(t *testing.T, s *faulty.Server, n int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), tooLong)
	defer cancel()
	if err := s.Await(ctx, n); err != nil {
		t.Fatal(err)
	}
}

// What a server stops sending is missing in the end.
func TestStall(t *testing.T) {
	var crowds []lab.Crowd
	for _, by := range protocols {
		s := wrongServer(t, faulty.Fault{Do: faulty.Stall, Event: 3, Watchers: 2})
		c := gatherAll(t, planFor(s, 4, by))
		await(t, s, 4)
		happen(t, s, "start", "comment", "comment", "comment")
		crowds = append(crowds, c)
	}
	for i, c := range crowds {
		tally, err := c.Finish(t.Context(), 3, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if want := map[string]int64{lab.Missing: 4}; !maps.Equal(tally.Errors, want) {
			t.Errorf("%s: errors %v, expected %v: %+v", protocols[i], tally.Errors, want, tally.Findings)
		}
		if tally.Arrivals[1].Count != 2 || tally.Arrivals[0].Count != 4 {
			t.Errorf("%s: arrivals %+v", protocols[i], tally.Arrivals)
		}
	}
}

// Who is not let in is counted by how: refused, or not answered in time.
func TestNotLetIn(t *testing.T) {
	type came struct {
		name string
		c    lab.Crowd
		code string
	}
	var all []came
	for refusal, code := range map[faulty.Refusal]string{faulty.Reset: lab.Refused, faulty.Mute: lab.TimedOut, faulty.Deaf: lab.TimedOut} {
		for _, by := range protocols {
			s := wrongServer(t, faulty.Fault{Every: 10, Refusal: refusal})
			p := planFor(s, 50, by)
			p.Lines, p.Patience = []string{s.Lines()}, 2*time.Second
			c, err := Carrier{}.Gather(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, came{fmt.Sprint(refusal, " ", by), c, code})
		}
	}
	for _, a := range all {
		<-a.c.Settled()
		tally := a.c.Tally()
		if want := map[string]int64{a.code: 5}; !maps.Equal(tally.Errors, want) || tally.Ready != 45 || len(tally.Own) > 0 {
			t.Errorf("%s: errors %v, %d ready, expected %v, 45: %+v", a.name, tally.Errors, tally.Ready, want, tally.Findings)
		}
		named(t, tally)
		finish(t, a.c, 0, "at once")
	}
}

// A server that holds so many holds so many, and each one more is an error.
func TestFull(t *testing.T) {
	s := wrongServer(t, faulty.Fault{Users: 20})
	p := planFor(s, 25, lab.TCP)
	c := gatherAll(t, p)
	if tally := c.Tally(); tally.Errors[lab.Refused] != 5 || tally.Been != 20 {
		t.Errorf("errors %v, been %d, expected 5 refused, 20", tally.Errors, tally.Been)
	}
	finish(t, c, 0, "at once")
}

// Of an API that fails it is said how.
func TestWrongAPI(t *testing.T) {
	for want, fault := range map[string]faulty.Fault{
		"answered 5":   {Fail: map[string]int{"checkin": 2}},
		"answered 3":   {Fail: map[string]int{"matches": 3}, Status: 404},
		"cut-off 3":    {Short: map[string]int{"matches": 3}},
		"timed-out 10": {Slow: map[string]time.Duration{"checkin": time.Minute}},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			s := wrongServer(t, fault)
			p := planFor(s, 10, lab.TCP)
			p.API, p.Patience, p.AtOnce = true, 2*time.Second, 10
			c := gatherAll(t, p)
			tally := c.Tally()
			got := ""
			for code, n := range tally.Errors {
				got += code + " " + strconv.FormatInt(n, 10)
			}
			if got != want {
				t.Errorf("errors %s, expected %s: %+v", got, want, tally.Findings)
			}
			finish(t, c, 0, "at once")
		})
	}
}

// Latencies are those that the server has caused: an event that it keeps for a while is
// late by that, as its own clock says.
func TestLatency(t *testing.T) {
	s := wrongServer(t, faulty.Fault{Late: 300 * time.Millisecond, LateBy: 20 * time.Millisecond})
	c := gatherAll(t, planFor(s, 20, lab.TCP))
	await(t, s, 20)
	happen(t, s, "start", "comment", "comment")
	tally := finish(t, c, 2)
	blameless(t, tally)
	theirs := s.Record().Latency()
	for _, q := range []float64{0, 0.5, 1} {
		ours, theirs := tally.Latency.Quantile(q), theirs.Quantile(q)
		if ours < theirs || ours > theirs+100*time.Millisecond {
			t.Errorf("quantile %v is %v, expected the server's, %v", q, ours, theirs)
		}
	}
	if first := tally.Arrivals[0].First; first < 300*time.Millisecond || tally.Arrivals[0].Last < first+150*time.Millisecond {
		t.Errorf("arrivals %+v", tally.Arrivals)
	}
}
