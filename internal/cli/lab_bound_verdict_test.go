package cli

import (
	"errors"
	"strings"
	"testing"

	"matchstream/internal/lab"
	"matchstream/internal/lab/bound"
)

// What was not tried, and what could not go on, is said where it is so, and only there.
func TestBoundSaysWhatWasTried(t *testing.T) {
	tries := []lab.Step{{Search: bound.Streams, Users: 16, OK: true}, {Search: bound.Streams, Users: 32}}
	found := []lab.Found{{Search: bound.Streams, Users: 16, AtOnce: 4}}
	c, o := &labBoundCommand{}, bound.Options{Searches: []string{bound.Streams}}
	for _, one := range []struct {
		result     bound.Result
		err        error
		want, lack string
	}{
		{bound.Result{Found: found, Steps: tries[:1]}, nil, "more were not tried.", "It could not go on"},
		{bound.Result{Found: found, Steps: tries, Interrupted: true}, nil, "32 failed once, and were not tried again. It was interrupted", "more were not tried"},
		{bound.Result{Found: found, Steps: tries[:1]}, errors.New("a match could not be closed"), "more were not tried.", "It could not go on"},
		{bound.Result{Found: found, Steps: tries[:1], Stopped: true}, errors.New("no room"), "It could not go on", "interrupted"},
	} {
		r := c.judge(o, one.result, one.err)
		if !strings.Contains(r.Verdict, one.want) || strings.Contains(r.Verdict, one.lack) || r.OK != (one.err == nil && !one.result.Interrupted) {
			t.Errorf("%q, expected %q and not %q", r.Verdict, one.want, one.lack)
		}
	}
}
