package top

import "matchstream/internal/inside"

// Snapshot is how a node stood at one moment, as it has told.
type Snapshot struct {
	inside.Snapshot

	unknown string // a match that was asked for, and that the node does not know
}
