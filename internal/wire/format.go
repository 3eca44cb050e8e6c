// Package wire turns events and status into bytes, one file for each format,
// and reads the little that clients send back. It is pure: the caller brings
// the buffer and the time, nothing here waits, logs or starts a goroutine.
//
// What the bytes must be is written in docs/PROTOCOL.md. Whatever an event
// holds, the result is valid UTF-8 and a whole frame.
package wire

import "matchstream/internal/match"

// Format is one way of putting a match's frames on a wire.
type Format uint8

const (
	TCP       Format = iota // the line protocol
	TCPIDs                  // the line protocol with IDS:on
	SSE                     // Server-Sent Events
	WebSocket               // one JSON object in an unmasked text message
	Formats                 // how many there are
)

// String is the format's name in metrics and logs: both TCP formats are "tcp".
func (f Format) String() string { return [...]string{"tcp", "tcp", "sse", "ws"}[f] }

// AppendEvent appends the frame of one event of the history epoch to b.
func AppendEvent(f Format, b []byte, e match.Event, epoch string) []byte {
	switch f {
	case SSE, WebSocket:
		return AppendJSON(f, b, match.Position{ID: e.ID, Epoch: epoch}, e.Kind, EventJSON(e, epoch))
	default:
		return appendTCPEvent(b, e, epoch, f == TCPIDs)
	}
}

// AppendStatus appends the status frame of a match as it stands to b. resumed
// is false only for the watcher who asked for a resume that could not be had.
func AppendStatus(f Format, b []byte, v match.View, resumed bool) []byte {
	switch f {
	case SSE, WebSocket:
		at := match.Position{ID: v.State.LastID, Epoch: v.Info.Epoch}
		return AppendJSON(f, b, at, "status", encode(NewStatus(v, resumed)))
	default:
		return appendTCPStatus(b, v, f == TCPIDs)
	}
}

// AppendJSON appends a frame of a JSON format whose object is encoded already
// (EventJSON), so that one encoding serves both. Format is SSE or WebSocket.
func AppendJSON(f Format, b []byte, at match.Position, kind match.Kind, object []byte) []byte {
	if f == SSE {
		return appendSSE(b, at, kind, object)
	}
	return appendFrame(b, opText, object)
}

// statusTime is the time a status shows, in Unix milliseconds: that of the
// last event in it, or the match's creation, so that all nodes show the same.
func statusTime(v match.View) int64 {
	if v.State.LastID == 0 {
		return v.Info.Created
	}
	return v.State.LastTimestamp
}
