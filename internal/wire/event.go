package wire

import "matchstream/internal/match"

// Event is an event as the history, the JSON streams and the answer to a POST
// show it.
type Event struct {
	ID        int64      `json:"id" doc:"Number of the event in its match: 1, 2, 3, …"`
	Position  string     `json:"position" doc:"Where to resume behind this event" example:"17-k3f9a2"`
	Timestamp int64      `json:"timestamp" doc:"Unix milliseconds"`
	Kind      match.Kind `json:"kind"`
	Data      *Data      `json:"data,omitempty" doc:"The details; left out where there are none"`
}

// NewEvent is e, of the history epoch, as clients see it. showBy adds the
// name of the operator's token, which is for operators only.
func NewEvent(e match.Event, epoch string, showBy bool) Event {
	out := Event{
		ID:        e.ID,
		Position:  string(appendPosition(nil, match.Position{ID: e.ID, Epoch: epoch})),
		Timestamp: e.Timestamp,
		Kind:      e.Kind,
	}
	if d := newData(e, showBy); !d.isEmpty() {
		out.Data = &d
	}
	return out
}

// EventJSON is the object of an event as everybody sees it, encoded once for
// all JSON formats (AppendJSON makes frames of it).
func EventJSON(e match.Event, epoch string) []byte { return encode(NewEvent(e, epoch, false)) }
