package selfcheck

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/faulty"
)

// serve starts a server with a fault, until the test is over.
func serve(t *testing.T, f faulty.Fault) *faulty.Server {
	t.Helper()
	s, err := faulty.Start(f)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// evenly is a third by each protocol.
func evenly() (all []lab.Share) {
	for _, via := range protocols {
		all = append(all, lab.Share{Via: via, Weight: 1})
	}
	return all
}

// crowdAt is a plan for the match of a faulty server.
func crowdAt(s *faulty.Server, users int, via ...lab.Share) lab.Plan {
	return lab.Plan{Seed: 5, Users: users, AtOnce: 10, Server: s.URL(), Lines: []string{s.Lines()}, Match: faulty.Match, Via: via, Patience: time.Second}
}

// play has a match happen: a start, marked comments, and, if it is to end, a stop. All who
// were let in are there when it begins.
func play(t *testing.T, s *faulty.Server, comments int, kinds ...string) {
	t.Helper()
	if err := s.Await(t.Context(), s.Record().Watchers); err != nil {
		t.Fatal(err)
	}
	say := func(kind, comment string) {
		if _, err := s.Happen(kind, comment); err != nil {
			t.Fatal(err)
		}
	}
	say("start", "")
	for n := range comments {
		say("comment", string(lab.AppendMark(nil, n+1, time.Now())))
	}
	for _, kind := range kinds {
		say(kind, "")
	}
}

// Whatever is done wrong with an event, be it the first, one among others, or the last, to
// one watcher or to all, it is found as often as it was done, and called by its name.
func TestDeeds(t *testing.T) {
	const users = 9
	for deed, code := range map[faulty.Deed]string{
		faulty.Drop: lab.Missing, faulty.Double: lab.Doubled, faulty.Reorder: lab.Reordered,
		faulty.Garbage: lab.Malformed, faulty.CutOn: lab.Malformed, faulty.Stray: lab.Stray,
		faulty.HangUp: lab.CutOff, faulty.Break: lab.CutOff, faulty.NoStatus: lab.NoStatus, faulty.StaysOpen: lab.NotEnded,
	} {
		for _, event := range []int64{1, 3, 5} { // of start, four comments, stop
			for _, f := range []faulty.Fault{{}, {Watchers: 4}, {Only: 1}, {Only: users}} {
				f.Do, f.Event = deed, event
				if event != 3 && f.Only > 1 {
					continue // that it is the last who is hit has been seen
				}
				if resumes(deed) && f.Watchers == 0 && f.Only == 0 {
					continue // he who comes back is hit again, and again
				}
				if deed == faulty.NoStatus && event > 1 || deed == faulty.StaysOpen && (event > 1 || f.Watchers == 0) {
					continue // it is not done with an event; the second takes its time
				}
				what := fmt.Sprintf("%s, event %d, every %d, only %d", deed, event, f.Watchers, f.Only)
				t.Run(what, func(t *testing.T) {
					t.Parallel()
					s := serve(t, f)
					c := come(t, crowdAt(s, users, evenly()...))
					if err := s.Await(t.Context(), users); err != nil {
						t.Fatal(err)
					}
					play(t, s, 4, "stop")
					tally := finish(t, c, 0)
					want := map[string]int64{code: s.Record().Done[deed]}
					if deed == faulty.Stray {
						want[lab.Missing] = want[code] // in whose place it came
					}
					if want[code] == 0 {
						t.Fatalf("the server has done nothing: %+v", s.Record().Done)
					}
					expect(t, what, tally, want)
				})
			}
		}
	}
}

// resumes says whether a deed makes watchers come back.
func resumes(d faulty.Deed) bool {
	switch d {
	case faulty.Cut, faulty.CutOn, faulty.Garbage, faulty.HangUp, faulty.Break:
		return true
	}
	return false
}

// A frame that is cut is found wherever it is cut, whether the connection ends there or
// goes on, and whether the lab has seen the whole frame before or not.
func TestCut(t *testing.T) {
	for _, deed := range []faulty.Deed{faulty.Cut, faulty.CutOn} {
		for n := 1; n < 1<<9; n += 1 + n/2 { // bytes; all but one at most
			for _, only := range []int64{1, 3} {
				t.Run(fmt.Sprintf("%s/%d/%d", deed, n, only), func(t *testing.T) {
					t.Parallel()
					s := serve(t, faulty.Fault{Do: deed, Event: 3, Bytes: n, Only: only})
					c := gather(t, crowdAt(s, 3, lab.Share{Via: protocols[n%3], Weight: 1}))
					play(t, s, 3, "stop")
					tally := finish(t, c, 0)
					if tally.Errors[lab.Malformed] != 1 || s.Record().Done[deed] != 1 || tally.Ended != 3 {
						t.Errorf("%s, errors %v, %d saw the end: %+v", protocols[n%3], tally.Errors, tally.Ended, tally.Findings)
					}
					for code := range tally.Errors {
						if code != lab.Malformed && code != lab.CutOff {
							t.Errorf("%s: errors %v: %+v", protocols[n%3], tally.Errors, tally.Findings)
						}
					}
				})
			}
		}
	}
}

// A match that ends without a stop is said to. By lines and SSE that looks like a
// connection that was cut; only WebSocket says that it was meant.
func TestNoStop(t *testing.T) {
	for via, code := range map[lab.Protocol]string{lab.TCP: lab.CutOff, lab.SSE: lab.CutOff, lab.WebSocket: lab.NoStop} {
		s := serve(t, faulty.Fault{Do: faulty.NoStop, Only: 3})
		c := gather(t, crowdAt(s, 5, lab.Share{Via: via, Weight: 1}))
		play(t, s, 2, "stop")
		expect(t, string(via), finish(t, c, 0), map[string]int64{code: 1})
	}
}

// Every tenth connection that is refused, or never answered, is counted as that, and no other.
func TestEveryTenth(t *testing.T) {
	for refusal, code := range map[faulty.Refusal]string{faulty.Reset: lab.Refused, faulty.Mute: lab.TimedOut, faulty.Deaf: lab.TimedOut} {
		t.Run(string(refusal), func(t *testing.T) {
			t.Parallel()
			s := serve(t, faulty.Fault{Every: 10, Refusal: refusal})
			c := gather(t, crowdAt(s, 90, evenly()...))
			play(t, s, 2, "stop")
			tally, refused := finish(t, c, 0), s.Record().Done[faulty.Refused]
			expect(t, string(refusal), tally, map[string]int64{code: refused})
			if refused < 8 || tally.Been != 90-int(refused) || tally.Asked != 90 {
				t.Errorf("%d of %d were let in, %d were not", tally.Been, tally.Asked, refused)
			}
		})
	}
}

// A server that stops at so many users has so many, not one more, and not one less.
func TestUsers(t *testing.T) {
	for refusal, code := range map[faulty.Refusal]string{faulty.Reset: lab.Refused, faulty.Mute: lab.TimedOut} {
		for users, many := range map[int]int64{30: 0, 31: 1, 45: 15} {
			if refusal == faulty.Mute && many != 1 {
				continue // they take their time
			}
			t.Run(fmt.Sprint(refusal, users), func(t *testing.T) {
				t.Parallel()
				s := serve(t, faulty.Fault{Users: 30, Over: refusal})
				p := crowdAt(s, users, evenly()...)
				p.AtOnce = users
				c := gather(t, p)
				tally := c.Tally()
				want := map[string]int64{}
				if many > 0 {
					want[code] = many
				}
				if tally.Been != 30 || tally.Ready != 30 || !maps.Equal(tally.Errors, want) {
					t.Errorf("%d of %d are there, errors %v, expected %v", tally.Ready, users, tally.Errors, want)
				}
				play(t, s, 1, "stop")
				finish(t, c, 0)
			})
		}
	}
}

// What nobody who is there is sent is missing, and only that.
func TestStall(t *testing.T) {
	s := serve(t, faulty.Fault{Do: faulty.Stall, Event: 3, Watchers: 2})
	c := gather(t, crowdAt(s, 12, evenly()...))
	play(t, s, 4)
	tally, err := c.Finish(t.Context(), 4, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "a server that falls silent", tally, map[string]int64{lab.Missing: 6 * 3})
}

// A server that does all of it at once is found out at all of it.
func TestTogether(t *testing.T) {
	s := serve(t, faulty.Fault{Do: faulty.Double, Event: 2, Watchers: 3, Every: 10, Fail: map[string]int{"stream": 4}, LateStatus: 20 * time.Millisecond})
	p := crowdAt(s, 90, evenly()...)
	c := gather(t, p)
	play(t, s, 2, "stop")
	tally, done := finish(t, c, 0), s.Record().Done
	expect(t, "all at once", tally, map[string]int64{lab.Doubled: done[faulty.Double], lab.Refused: done[faulty.Refused], lab.Answered: done[faulty.Failed]})
	if tally.Enter.Min() < 20*time.Millisecond {
		t.Errorf("somebody had his status after %v", tally.Enter.Min())
	}
}
