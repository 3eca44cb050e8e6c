// Package top is the terminal screen of nodes at work: which loop, match, store or gate
// has most to do, how far watchers stand behind, and what grows without end.
//
// # How it works
//
// Each node is asked for GET /node/inside once an interval (ask.go); what it answers is
// a Snapshot (snapshot.go). A Node keeps the last two, whose difference gives the rates
// (node.go), and some values of the last minute, which say what grows (growth.go). State
// is all that is shown (state.go): a panel of it is a table (table.go; nodes.go, matches.go,
// loops.go, stores.go, gates.go, process.go, and detail.go of one match), and the screen is
// text made from it (view.go). All that is pure. The Screen puts it into
// bubbletea, which has the terminal (screen.go); Once prints it and ends (once.go).
package top

import (
	"time"

	"matchstream/internal/client"
)

// Options of a screen. Every and Nodes are needed.
type Options struct {
	Nodes []*client.Client // at the admin address of each, in the order in which they are shown
	Every time.Duration    // between two questions to a node, > 0
	Sort  Sort             // "": by lag
	Limit int              // matches asked for of each node, 0 to 1000
	// Folder is where profiles are written; "": the present one.
	Folder string
	ASCII  bool // the terminal shows no other signs
}

// answerWithin is how long a node may take to answer.
const answerWithin = 5 * time.Second

// Sort is by what rows are sorted, the most first.
type Sort string

// The orders, as the API has them.
const (
	ByLag      Sort = "lag"
	ByMemory   Sort = "memory"
	ByRate     Sort = "rate"
	ByWatchers Sort = "watchers"
)
