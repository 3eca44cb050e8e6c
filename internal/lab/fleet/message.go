package fleet

import (
	"time"

	"matchstream/internal/lab"
)

// version is the protocol's; both sides need the same.
const version = 1

// kind of a message. The coordinator asks; its questions have an ID, which stands in
// the answer, too. What it does not ask for has none.
type kind string

const (
	proof   kind = "proof"   // each to the other, before anything else over TCP: see secret.go
	greet   kind = "hello"   // the first of who carries: Hello
	clock   kind = "clock"   // what time is it: Time
	gather  kind = "gather"  // have a crowd come by Plan; answered when it is coming
	settled kind = "settled" // of who carries, unasked, once
	count   kind = "tally"   // how does it stand: Tally
	finish  kind = "finish"  // as lab.Crowd.Finish, with Last and Quiet; answered with the final Tally
	leave   kind = "leave"   // ends what finish waits for, with Quiet because nothing came for so long; no answer
	stop    kind = "stop"    // that was all; no answer
)

// message is one line of JSON. Which fields it has depends on its kind; an answer has
// Error if it did not work.
type message struct {
	Kind  kind          `json:"kind"`
	ID    int           `json:"id,omitempty"`
	Error string        `json:"error,omitempty"`
	Proof []byte        `json:"proof,omitempty"`
	Who   string        `json:"who,omitempty"` // with the proof of a coordinator: the same for all its crowds
	Hello *hello        `json:"hello,omitempty"`
	Time  int64         `json:"time,omitempty"` // Unix nanoseconds
	Plan  *lab.Plan     `json:"plan,omitempty"`
	Last  int           `json:"last,omitempty"`
	Quiet time.Duration `json:"quiet,omitempty"` // nanoseconds
	Tally *lab.Tally    `json:"tally,omitempty"`
}

// hello is who carries.
type hello struct {
	Version int `json:"version"`
	Room    int `json:"room"` // how many users fit
}
