package live

import (
	"fmt"
	"time"
)

const (
	// farAhead is by how much the clock may be ahead of what it must say at least.
	farAhead = 7 * 24 * time.Hour
	// putOff is how long a clock that has jumped ahead must go on steadily, while
	// the node runs, before it is believed.
	putOff = 3 * 24 * time.Hour
)

// pace is what is known of the clock by which old matches are deleted for good. A
// wrong one (a dead battery, a bad answer by NTP) may be years ahead, and all
// would be old. So it is compared with how long the node has run since it looked
// last, and at the start with when a node of this store looked last: it is
// written down each time. What matches say is no measure, or no good one: those
// that are made under a wrong clock say what it says.
//
// Nobody can tell a clock that jumps from a server that was off for the summer.
// So nothing is decided: deletions are put off, people are told, and a clock
// that stays as it is is believed in the end.
type pace struct {
	Format int   `json:"v"`
	At     int64 `json:"at"`               // what the clock said last: Unix milliseconds
	Wait   int64 `json:"wait,omitempty"`   // milliseconds until it is believed; 0: it is
	Before int64 `json:"before,omitempty"` // what it said before it jumped
}

// look is the pace after the clock has said now; passed since the look before,
// by a measure that does not jump: 0 if that is not known.
func (p pace) look(now int64, passed time.Duration) pace {
	ran, far, whole := passed.Milliseconds(), farAhead.Milliseconds(), putOff.Milliseconds()
	next := pace{Format: format, At: now, Wait: max(0, min(p.Wait, whole)-ran), Before: p.Before}
	switch {
	case now-p.At-ran > far:
		next.Wait = whole
		if p.Wait == 0 {
			next.Before = p.At
		}
	case now-next.Before-(whole-next.Wait) <= far:
		next.Wait = 0 // it was put back
	}
	if next.Wait == 0 {
		next.Before = 0
	}
	return next
}

// believed says whether anything may be deleted by this clock.
func (p pace) believed() bool { return p.Wait == 0 }

// doubt is the cause that is told.
func (p pace) doubt() error {
	said := func(at int64) string { return time.UnixMilli(at).UTC().Format(time.DateTime) }
	return fmt.Errorf("the clock says %s, and said %s before: it is wrong, unless this machine slept, or no server ran here with --keep, for so long", said(p.At), said(p.Before))
}
