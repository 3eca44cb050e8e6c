package wire

import "matchstream/internal/match"

// Status is the first object on a JSON stream, and the one that follows an
// event which changed the picture.
type Status struct {
	ID        int64      `json:"id" doc:"Of the last event included; 0 before any"`
	Position  string     `json:"position"`
	Timestamp int64      `json:"timestamp" doc:"Of that event, Unix milliseconds; before any the match's creation"`
	Kind      match.Kind `json:"kind" enum:"status"`
	Data      Match      `json:"data"`
	// Resumed is there, and false, where a resume could not be had.
	Resumed *bool `json:"resumed,omitempty" doc:"false: a resume was asked for and could not be had"`
}

// NewStatus is the match as it stands, as an object of a stream.
func NewStatus(v match.View, resumed bool) Status {
	s := Status{
		ID:        v.State.LastID,
		Position:  positionOf(v),
		Timestamp: statusTime(v),
		Kind:      "status",
		Data:      NewMatch(v),
	}
	if !resumed {
		s.Resumed = &resumed
	}
	return s
}
