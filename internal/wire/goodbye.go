package wire

import "strconv"

// Goodbye is why a stream ends.
type Goodbye uint8

const (
	Ended    Goodbye = iota // the match is over and all of it was sent
	Deleted                 // the match was deleted
	Draining                // the node leaves: come back anywhere, with the position
	TooSlow                 // bytes waited and there was no progress
	Moved                   // to even out the load: come back anywhere, with the position
)

var (
	sseHeartbeat  = []byte(":\n\n")
	pingHeartbeat = appendFrame(nil, opPing, nil)

	closings = [...][]byte{
		Ended:    appendClose(nil, CodeNormal, "the match has ended"),
		Deleted:  appendClose(nil, CodeNoMatch, "the match was deleted"),
		Draining: appendClose(nil, CodeRestart, "this node is leaving, come back with the position"),
		TooSlow:  appendClose(nil, CodeNoProgress, "too slow, come back with the position"),
		Moved:    appendClose(nil, CodeRestart, "the load is evened out, come back with the position"),
	}
)

// Heartbeat is what keeps a quiet stream awake, to be sent at a frame border;
// nil where the format has none. Shared: do not write to it.
func Heartbeat(f Format) []byte {
	switch f {
	case SSE:
		return sseHeartbeat
	case WebSocket:
		return pingHeartbeat
	default:
		return nil
	}
}

// Farewell is the last thing on a stream before the connection is closed, to
// be sent at a frame border; nil where nothing is said. matchID is shown to
// whom a deleted match is announced; retryMillis is after how many
// milliseconds an SSE client comes back that is sent away (Draining, Moved). Perhaps shared:
// do not write to it.
func Farewell(f Format, why Goodbye, matchID string, retryMillis int) []byte {
	switch {
	case f == WebSocket:
		return closings[why]
	case f == SSE && why == Deleted:
		return AppendGone(nil, matchID)
	case f == SSE && (why == Draining || why == Moved):
		return appendRetry(nil, retryMillis)
	default:
		return nil
	}
}

// String is the reason's name in metrics and logs.
func (g Goodbye) String() string {
	switch g {
	case Ended:
		return "ended"
	case Deleted:
		return "deleted"
	case Draining:
		return "draining"
	case TooSlow:
		return "too_slow"
	case Moved:
		return "shed"
	default:
		return "goodbye " + strconv.Itoa(int(g))
	}
}
