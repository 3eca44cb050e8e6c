package match

// Position is a point in a match's log: behind event ID of the history Epoch.
type Position struct {
	ID    int64
	Epoch string // "": whatever history there is
}
