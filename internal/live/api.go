package live

import (
	"errors"

	"matchstream/internal/match"
)

// Errors of this room; those of match (*match.Error) and of store
// (ErrUnavailable, ErrUnknown) come through as they are.
var (
	// ErrNotFound: no such match (or team, or user).
	ErrNotFound = errors.New("not found")
	// ErrExists: a match between these teams on this day exists already.
	ErrExists = errors.New("exists already")
	// ErrKeyReused: the idempotency key came before, with another body.
	ErrKeyReused = errors.New("idempotency key used with another body")
	// ErrNoVisits: this node is set to remember no users (Options.Users).
	ErrNoVisits = errors.New("no visits of users are kept")
)

// ConditionError is an If-Match that does not hold (HTTP 412).
type ConditionError struct{ Present match.Position }

func (e *ConditionError) Error() string { return "the match is at another position by now" }

// ConflictPosition is a position of another history or of the future.
type ConflictPosition struct{ Present match.Position }

func (e *ConflictPosition) Error() string { return "no such position in this match's history" }

// Once identifies a request that may be repeated: the same Scope and Key with
// the same Body within a day is answered with the first answer.
type Once struct {
	Scope string // token name and path
	Key   string // the Idempotency-Key; "": may not be repeated
	Body  []byte
}

// Appending is how an event is to be appended.
type Appending struct {
	By      string          // the token's name
	Once    Once            // idempotency
	IfMatch *match.Position // only if nothing has happened since
}

// Creation is a match to be made.
type Creation struct {
	Info match.Info // Home, Visit, Date and the optional ones; the rest is filled in
	Once Once
	// Answer renders what the client is told; kept for repeats.
	Answer func(match.View) []byte
}

// Change is a PATCH of a match: nil leaves as it is.
type Change struct {
	Stadium, Competition, Kickoff *string
	Postponed                     *bool
}

// Summary is a match in the list: what is known without its events.
type Summary struct {
	Info     match.Info
	Position match.Position
	Period   match.Period
	Status   match.Status
	Score    [2]int
	// Shootout: one has begun; Penalties are the goals in it.
	Shootout  bool
	Penalties [2]int
}

// Audience of one match over all its life and over all nodes.
type Audience struct {
	Now      int64  `json:"now"`
	Peak     int64  `json:"peak"`
	Connects uint64 `json:"connects"`
	Users    uint64 `json:"users"`
}
