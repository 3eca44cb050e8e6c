package pump

import (
	"time"

	"matchstream/internal/feed"
)

// Inside is how a pump stands at one moment.
type Inside struct {
	Loops []LoopInside
	// Lanes are those in which somebody has no room, as far as the loops have looked.
	Lanes Lags
	// Doors have who has not said yet what he wants, by the address that Listen gave.
	Doors map[string]DoorInside
}

// LoopInside is one loop.
type LoopInside struct {
	Loop int // from 1
	// Mail is how many letters and walks waited for it when it was asked.
	Mail int
	// Answered: it has, in time. Else the next four are not known.
	Answered    bool
	Took        time.Duration // how long the question lay in its mail, and so any letter does
	Connections int           // that it has, those in its hall included
	Lanes       int           // that somebody watches in it
	Slowest     Straggler     // of its watchers

	Hall     int           // connections that do not watch yet, or no more
	Full     int           // watchers noted since the kernel had no room for them
	Busy     time.Duration // in which it did not wait, since the start
	Walks    uint64        // rounds in which it gave watchers what was new, since the start
	Walked   time.Duration // in them
	LastWalk time.Duration // in the last one
}

// DoorInside is who is at a door.
type DoorInside struct {
	Greeting  int // they have not said what they want
	Pondering int // they have, and it is looked for
}

// Lag is of those watchers of one lane who have no room, and were looked at.
type Lag struct {
	Slowest Straggler
	Full    int // how many they are
}

// Add others.
func (l *Lag) Add(more Lag) {
	l.Full += more.Full
	if l.Slowest.before(more.Slowest) {
		l.Slowest = more.Slowest
	}
}

// Lags are by lane. A pump looks at some 1,000 watchers in each loop at a time; of
// more, each has his turn when it is asked again.
type Lags map[*feed.Lane]Lag

// Events that the slowest of a lane stands behind.
func (l Lags) Events(lane *feed.Lane) int64 { return l[lane].Slowest.Events }

// Of a lane; the zero value: nobody there has no room.
func (l Lags) Of(lane *feed.Lane) Lag { return l[lane] }
