package fleet

import (
	"fmt"
	"time"
)

// offset is how far another clock is ahead of ours, give or take.
type offset struct{ ahead, within time.Duration }

// rounds is how often a clock is asked. The shortest way there and back tells most: the
// answer is from some moment on the way, so it is wrong by half of the way at most.
const rounds = 8

// compare asks another clock.
func compare(now func() time.Time, ask func() (time.Time, error)) (best offset, err error) {
	best.within = time.Hour
	for range rounds {
		sent := now()
		there, err := ask()
		if err != nil {
			return offset{}, err
		}
		half := now().Sub(sent) / 2
		if half < best.within {
			best = offset{ahead: there.Round(0).Sub(sent.Add(half).Round(0)), within: half}
		}
	}
	return best, nil
}

// tolerable is what latencies may be wrong by without it being said.
const tolerable = time.Millisecond

// doubt is what cannot be told because of clocks; "": all can. before and after are of
// the beginning and the end of a crowd.
func doubt(name string, before, after offset) string {
	moved := (after.ahead - before.ahead).Abs()
	switch {
	case moved > before.within+after.within+tolerable:
		return fmt.Sprintf("latencies of %s: its clock was %v ahead at the beginning and %v at the end", name, round(before.ahead), round(after.ahead))
	case before.within > tolerable:
		return fmt.Sprintf("latencies of %s to better than %v: its clock is %v ahead, give or take that", name, round(before.within), round(before.ahead))
	}
	return ""
}

func round(d time.Duration) time.Duration { return d.Round(10 * time.Microsecond) }
