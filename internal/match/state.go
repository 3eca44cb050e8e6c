package match

// State is a match folded up to its last event; New makes the one before any.
// A value: whoever holds one may keep it for ever, nothing in it is changed
// afterwards.
type State struct {
	Teams         [2]string // ids of home and visit
	Speed         float64   // of the match's clock
	LastID        int64     // of the last event folded; 0 before any
	LastTimestamp int64     // of that event; 0 before any
	Period        Period
	Suspended     bool
	Abandoned     bool
	Shootout      bool // a shoot-out has begun (stays true after the end)
	// PeriodStart is when the period began, in Unix milliseconds, moved
	// forward by the time the match was suspended; 0 before the start.
	PeriodStart int64
	SuspendedAt int64 // Unix milliseconds; 0 when not suspended
	Sides       [2]Side

	// Log is every event so far with what became of it, oldest first.
	Log []Entry

	room *room // behind the end of Log
}

// Entry is an event in the log. A cancelled one does not count; Effective is
// the event with its amendments (the event itself where there are none).
type Entry struct {
	Event     *Kept
	Effective *Kept
	Cancelled int64 // id of the cancel; 0: it counts
}

// Side is one team's part of a State.
type Side struct {
	Score     int
	Penalties int      // goals in the shoot-out
	Lineup    []Player // on the pitch, in order; empty before the start
	Bench     []Player // announced or known, not on yet, free to come on
	Announced []Player // the line-up of a lineup event, before the start
	Coach     string
	Cards     []CardShown
	Counts    [len(Counted)]int // by the order of Counted
	Gone      []Player          // came off or was sent off: cannot come on again
}

// CardShown is a card as a status lists it.
type CardShown struct {
	ID       int64 // of its event
	Card     string
	Player   *Player // nil: Staff
	Staff    string
	Minute   string
	Shootout bool // shown in the shoot-out
}

// New is a match before its first event.
func New(home, visit string, speed float64) State {
	return State{Teams: [2]string{home, visit}, Speed: speed, Period: NotStarted}
}
