package bound

import (
	"testing"

	"matchstream/internal/lab"
	"matchstream/internal/lab/canary"
	"matchstream/internal/lab/search"
)

// What a try that failed says of how many were carried: the canary's place is none of theirs.
func TestCarried(t *testing.T) {
	for name, c := range map[string]struct {
		been   int
		ok     bool
		canary map[string]int64
		want   int
	}{
		"some turned away":              {been: 90, want: 90},
		"the canary too":                {been: 90, canary: map[string]int64{lab.Answered: 6}, want: 89},
		"the canary by a reset":         {been: 90, canary: map[string]int64{lab.Refused: 1}, want: 89},
		"the canary alone":              {been: 100, canary: map[string]int64{lab.Answered: 6}, want: 99},
		"the canary in another way":     {been: 90, canary: map[string]int64{lab.TimedOut: 1}, want: 90},
		"all came, and something fails": {been: 100},
		"it worked":                     {been: 100, ok: true},
	} {
		try := &try{size: search.Size{Users: 100}, tally: &lab.Tally{Been: c.been}, felt: canary.Felt{Errors: c.canary}}
		try.step.OK = c.ok
		if got := try.carried(); got != c.want {
			t.Errorf("%s: %d, expected %d", name, got, c.want)
		}
	}
	spread := &try{size: search.Size{Users: 100}, tally: &lab.Tally{Been: 90}, crowd: spread{fits: 80}}
	if got := spread.carried(); got != 80 {
		t.Errorf("%d carried by nodes of which the smallest takes 40 of 50", got)
	}
	if got := (&try{size: search.Size{Users: 100}}).carried(); got != 0 {
		t.Errorf("%d carried without streams", got)
	}
}

type spread struct {
	lab.Crowd
	fits int
}

func (s spread) Fits() int { return s.fits }
