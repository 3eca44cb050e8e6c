package canary

import "time"

// stalls are the beats that came late, the last behind.
type stalls []stall

type stall struct {
	ended time.Time
	late  time.Duration
}

const (
	// noStall is what any timer may be late.
	noStall = time.Millisecond
	// stallsKept is a minute of late beats and more, which no wait is longer than.
	stallsKept = 8192
)

// add a beat that came at a time so late.
func (s *stalls) add(at time.Time, late time.Duration) {
	if late < noStall {
		return
	}
	if len(*s) >= stallsKept {
		*s = append((*s)[:0], (*s)[stallsKept/2:]...)
	}
	*s = append(*s, stall{at, late})
}

// worst of those that ended since a time; 0: there was none.
func (s stalls) worst(since time.Time) (worst time.Duration) {
	for i := len(s) - 1; i >= 0 && !s[i].ended.Before(since); i-- {
		worst = max(worst, s[i].late)
	}
	return worst
}
