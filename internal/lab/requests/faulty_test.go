package requests

import (
	"maps"
	"testing"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/faulty"
)

// The self-check: what a server made to be wrong has really done is what is counted, no
// more and no less, and a right one is not blamed.
func TestFaults(t *testing.T) {
	const slow = 50 * time.Millisecond
	for name, one := range map[string]struct {
		fault faulty.Fault
		want  map[string]faulty.Deed
	}{
		"right":            {faulty.Fault{}, nil},
		"refuses":          {faulty.Fault{Every: 10}, map[string]faulty.Deed{lab.Refused: faulty.Refused}},
		"fails":            {faulty.Fault{Fail: map[string]int{"matches": 7}}, map[string]faulty.Deed{lab.Answered: faulty.Failed, "status-503": faulty.Failed}},
		"cuts":             {faulty.Fault{Short: map[string]int{"history": 5}}, map[string]faulty.Deed{lab.CutOff: faulty.Shortened}},
		"slow":             {faulty.Fault{Slow: map[string]time.Duration{"checkin": slow}}, nil},
		"closes kept ones": {faulty.Fault{Stale: map[string]int{"checkin": 3, "matches": 2}}, nil},
		"closes, and fails": {faulty.Fault{Stale: map[string]int{"checkin": 3}, Every: 10, Fail: map[string]int{"matches": 7}, Short: map[string]int{"history": 8}},
			map[string]faulty.Deed{lab.Refused: faulty.Refused, lab.Answered: faulty.Failed, "status-503": faulty.Failed, lab.CutOff: faulty.Shortened}},
		"all of it": {faulty.Fault{Every: 10, Fail: map[string]int{"checkin": 9}, Status: 429, Short: map[string]int{"matches": 8}}, map[string]faulty.Deed{lab.Refused: faulty.Refused, lab.Answered: faulty.Failed, "status-429": faulty.Failed, lab.CutOff: faulty.Shortened}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := faulty.Start(one.fault)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			l := load(s.URL())
			l.Users, l.AtOnce = 100, 8
			l.Requests = append(l.Requests, lab.Request{Name: "matches", URL: s.URL() + "/1/matches", JSON: true},
				lab.Request{Name: "history", URL: s.URL() + "/1/match/" + faulty.Match + "/history", JSON: true})
			a := runs(t, l)
			did := s.Record()
			want := map[string]int64{}
			for code, deed := range one.want {
				if want[code] = did.Done[deed]; want[code] == 0 {
					t.Errorf("the server has done nothing wrong: %+v", did)
				}
			}
			if !maps.Equal(a.Errors, want) || len(a.Own) > 0 || a.Sent != 300 || a.OK != 300-a.Failed() {
				t.Errorf("%v of the service's, %v of the lab's, %d of %d, expected %v", a.Errors, a.Own, a.OK, a.Sent, want)
			}
			if a.Repeated != did.Done[faulty.Staled] || (one.fault.Stale != nil) != (a.Repeated > 0) {
				t.Errorf("%d requests were repeated, %d connections were closed between two", a.Repeated, did.Done[faulty.Staled])
			}
			if h := a.Routes["checkin"].Latency; one.fault.Slow != nil && (h.Min() < slow*99/100 || h.Min() > 2*slow) {
				t.Errorf("answers after %v, expected %v at least", h.Min(), slow)
			}
		})
	}
}
