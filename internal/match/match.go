// Package match holds what a football match is: teams, events, the state they
// fold into, and the rules that say what can happen now. It is pure: values
// in, values out; no I/O, no clock, no goroutine, nothing of ours imported.
package match

import "encoding/json"

// A Team as the catalogue knows it.
type Team struct {
	ID       string   `json:"id"`   // [a-z0-9_]{1,32}
	Name     string   `json:"name"` // 1 to 200 characters
	Division string   `json:"division,omitempty"`
	Colours  []string `json:"colours,omitempty"`
	// Revision counts the changes made to the team; 0 for one just created.
	Revision int `json:"revision,omitempty"`
}

// Info is what is known of a match apart from its events.
type Info struct {
	ID          string  `json:"id"` // <home>-<visit>-<date>
	Home        string  `json:"home"`
	Visit       string  `json:"visit"`
	Date        string  `json:"date"` // YYYY-MM-DD, the match's day in UTC
	Stadium     string  `json:"stadium,omitempty"`
	Competition string  `json:"competition,omitempty"`
	Kickoff     string  `json:"kickoff,omitempty"` // RFC 3339, UTC
	Postponed   bool    `json:"postponed,omitempty"`
	Speed       float64 `json:"speed"`   // 0 to 100,000; 0: no clock, only given minutes
	Epoch       string  `json:"epoch"`   // [a-z0-9]{6,12}
	Created     int64   `json:"created"` // Unix milliseconds
	// Revision counts the changes made to the match (not its events).
	Revision int `json:"revision,omitempty"`
}

// A View is a match as it stands: everything a status shows.
type View struct {
	Info  Info
	Teams [2]Team // Home, Visit
	State State
	// Changes counts the changes of match or teams since the last event (or
	// the creation); the ETag shows it.
	Changes int
}

// Home and Visit index whatever exists once for each side.
const (
	Home  = 0
	Visit = 1
)

// Player is a shirt number (0 to 999) and a name (1 to 100 characters). In a
// Request the name may be empty: then the number is looked up.
type Player struct {
	Number int    `json:"number"`
	Name   string `json:"name"`
}

// Event is one line of a match's journal, as stored. Immutable: every slice,
// map and pointer in it is shared.
type Event struct {
	ID        int64  `json:"id"`        // 1, 2, 3, … in its match
	Timestamp int64  `json:"timestamp"` // Unix milliseconds, never falling
	Kind      Kind   `json:"kind"`
	Forced    bool   `json:"forced,omitempty"` // the rules doubted it, the operator insisted
	By        string `json:"by,omitempty"`     // the token's name, for operators only
	Details
}

// Details of an event: what applies to its kind is set, the rest is zero. In
// an amend they are the details to replace, Minute and Comment included.
type Details struct {
	Team         string   `json:"team,omitempty"` // the side the event counts for
	Player       *Player  `json:"player,omitempty"`
	PlayerIn     *Player  `json:"player_in,omitempty"`
	PlayerOut    *Player  `json:"player_out,omitempty"`
	PlayerTeam   string   `json:"player_team,omitempty"` // own goal: the scorer's side
	Assist       *Player  `json:"assist,omitempty"`
	Card         string   `json:"card,omitempty"` // yellow, red
	How          string   `json:"how,omitempty"`  // penalty, header, freekick
	Staff        string   `json:"staff,omitempty"`
	Coach        string   `json:"coach,omitempty"`
	Reason       string   `json:"reason,omitempty"`
	About        string   `json:"about,omitempty"`   // goal, penalty, card, other
	Outcome      string   `json:"outcome,omitempty"` // open, stands, overturned
	Ref          int64    `json:"ref,omitempty"`     // id of the event meant; 0: none
	Minutes      *int     `json:"minutes,omitempty"` // added time
	Players      []Player `json:"players,omitempty"` // line-up
	Substitutes  []Player `json:"substitutes,omitempty"`
	HomePlayers  []Player `json:"home_players,omitempty"`
	VisitPlayers []Player `json:"visit_players,omitempty"`
	Minute       string   `json:"minute,omitempty"`  // "18", "45+2"
	Comment      string   `json:"comment,omitempty"` // up to 500 characters

	// Extra holds the details of an x- kind (and of an amend of one) as they
	// came: compact JSON by key.
	Extra map[string]json.RawMessage `json:"extra,omitempty"`
	// Removed names the optional details that an amend takes away (null in
	// its request), sorted.
	Removed []string `json:"removed,omitempty"`
}

// A Request is what an operator sends: an event before it has an id, a time,
// and the names of its players.
type Request struct {
	Kind  Kind
	Force bool
	Details
}
