package faulty

import "time"

// Fault is what a server does wrong; the zero value is nothing. Its parts may be
// combined.
type Fault struct {
	// What watchers are sent. Watchers who are hit: every so-many-th in the order in
	// which they have come to be watchers, the others being served rightly; 0 or 1: all.
	// Only, if it is not 0: this one and nobody else.
	Do       Deed
	Event    int64 // the number of the event that Do is done with
	Bytes    int   // of Cut and CutOn: how many bytes of the frame are sent, all but one at most; 0: half of them
	Watchers int
	Only     int64

	// Late: each event is written so much after it was posted, and to the n-th watcher
	// LateBy more for each of n modulo 10. LateStatus: the status comes so late. They
	// hit all.
	Late, LateBy, LateStatus time.Duration

	// Every so-many-th connection, of each of the two ports, meets a Refusal; 0: none.
	Every   int
	Refusal Refusal

	// So many watchers there are at most at a time, but for those whose user id begins
	// with Exempt, if it is not empty; 0: any number. The next one meets Over. Where
	// that is Slowed, all answers, statuses and events are late by Beyond while there
	// are more.
	Users  int
	Exempt string
	Over   Refusal
	Beyond time.Duration

	// By route: checkin, matches, match, history, stream, ws, events, manage (teams,
	// making and deleting matches), lines. Every so-many-th is answered with Status
	// (0: 503; by lines with an ERROR); every so-many-th is cut in the middle of the
	// answer's body (those that have one); and all answers come so late. Behind every
	// so-many-th, which is whole, the connection is closed without a word, as if nobody
	// would ask on it again: that is no fault, since HTTP allows it at any time.
	Fail   map[string]int
	Status int
	Short  map[string]int
	Slow   map[string]time.Duration
	Stale  map[string]int
}

// Deed is something that is done wrongly. It is also what Record.Done counts by.
type Deed string

// What can be done with one event.
const (
	Drop    Deed = "drop"    // it is left out
	Double  Deed = "double"  // it is sent twice
	Reorder Deed = "reorder" // it is sent behind the next one
	Cut     Deed = "cut"     // a part of its frame, then the connection is closed
	CutOn   Deed = "cut-on"  // a part of its frame, then the next one
	Garbage Deed = "garbage" // bytes that mean nothing stand in its place
	Stray   Deed = "stray"   // in its place is one of another match
	HangUp  Deed = "hang-up" // the connection is closed in its place
	Break   Deed = "break"   // the connection is reset in its place
	Stall   Deed = "stall"   // from it on nothing is sent, and the connection stays
)

// What can be done at the beginning and at the end.
const (
	NoStatus  Deed = "no-status"  // the first thing is an event
	NoStop    Deed = "no-stop"    // the connection is closed in place of the stop
	StaysOpen Deed = "stays-open" // it is not closed behind the stop
)

// What Record.Done counts beside these.
const (
	Refused   Deed = "refused"   // a connection met Refusal
	Overfull  Deed = "overfull"  // a watcher met Over
	Failed    Deed = "failed"    // an answer was Fail's
	Shortened Deed = "shortened" // an answer was cut in the middle
	Staled    Deed = "staled"    // a connection was closed behind a whole answer; nothing wrong
)

// Refusal is how somebody is not let in.
type Refusal string

const (
	Reset  Refusal = ""       // the connection is reset
	Mute   Refusal = "mute"   // what he says is read, and never answered
	Deaf   Refusal = "deaf"   // nothing is read, nor answered
	Slowed Refusal = "slowed" // he is let in; of Over only
)

// Deeds are all that can be done with watchers.
var Deeds = []Deed{Drop, Double, Reorder, Cut, CutOn, Garbage, Stray, HangUp, Break, Stall, NoStatus, NoStop, StaysOpen}
