package crowd

// stage is where a watcher is.
type stage uint8

const (
	unborn   stage = iota // has not come yet
	away                  // left for a while, or in a tunnel
	lost                  // was cut off, and is to come back
	queued                // is to come, when fewer are coming
	dialing               // waits for a connection
	asking                // waits for the answer to a request
	greeting              // SSE, WebSocket: waits for the head of the answer
	entering              // waits for the status
	watching              // has it, and waits for events
	ending                // has the stop, and waits for the end of the connection
	stalled               // reads nothing: one of those who count nowhere
	left                  // for good
	over                  // the match ended
	failed                // gave up
	stages
)

// here says whether one has a connection on which events come.
func (s stage) here() bool { return s == watching || s == ending }

// Flags of a watcher.
const (
	settled    uint32 = 1 << iota // was ready once, or has given up
	been                          // was ready once
	told                          // has had the answers of checkin and list
	resume                        // comes back with his position
	resumes                       // has come back so, and nothing has come yet
	altered                       // the last event changes what was: a status follows
	hinted                        // SSE: the last thing that came was when to come back
	sentAway                      // was asked to come back: it is no error if that works
	chunked                       // the body comes in chunks
	inside                        // WebSocket: a message has begun
	closed                        // WebSocket: the close has come
	heard                         // something came on this connection
	stamped                       // the kernel notes when something comes
	numbered                      // last is known
	byService                     // the connection was ended by the service: what is late then is its
	opened                        // SSE: has been told once when to come back, as all are at first
	failedByUs                    // what he lacks is this machine's fault
	choked                        // reads slowly: there was more than he took
	patient                       // has been given a second time to wait, since we were late
)

// watcher is one user. There are tens of thousands, so it has no pointer, and nothing
// that could be had from the plan and his number.
type watcher struct {
	window uint64 // bit i: event last-i has come, or the status had it
	began  int64  // when he began to come, ns since the crowd's beginning
	dialed int64  // when his connection was begun
	since  int64  // Unix µs: what was due before is not owed to him in time
	due    int64  // when he is to be looked at; 0: never
	noted  int64  // the earliest appointment that he has; 0: none
	index  int32
	fd     int32
	piece  int32  // what came of a frame that is not whole yet; -1: nothing
	last   uint32 // the last event that he has
	flags  uint32
	retry  uint32 // SSE: in how many ms he was asked to come back
	life   uint32 // grows with each connection: events of an earlier one are not his
	target uint16 // whom he watches
	epoch  uint16 // of what he watches
	code   uint16 // WebSocket: that of the service's close
	deeds  uint16 // how many he has done
	stage  stage
	via    uint8
	does   deed
	tries  uint8 // to come back, since something came
	step   uint8 // of his requests
}

func (w *watcher) has(flag uint32) bool { return w.flags&flag != 0 }

// key is what the poller knows him by.
func (w *watcher) key() uint64 { return uint64(uint32(w.index)) | uint64(w.life)<<32 }
