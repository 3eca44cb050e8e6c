package gate

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// longResponse is an HTTP/2 response that goes on for hours. It spares the pump
// two traps of net/http's: a write deadline that passes resets the stream even
// if nothing is being written, so each is taken back after its write; and
// setting one after the handler has returned, as whoever frees a stuck writer
// may do a moment too late, panics in his goroutine.
type longResponse struct {
	http.ResponseWriter
	control *http.ResponseController
	mu      struct {
		sync.Mutex
		over bool
	}
}

func newLongResponse(w http.ResponseWriter) *longResponse {
	return &longResponse{ResponseWriter: w, control: http.NewResponseController(w)}
}

// FlushError sends what was written.
func (r *longResponse) FlushError() error {
	if err := r.control.Flush(); err != nil {
		return err
	}
	return r.SetWriteDeadline(time.Time{})
}

// SetWriteDeadline is for the next write, and may come late.
func (r *longResponse) SetWriteDeadline(t time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.mu.over {
		return net.ErrClosed
	}
	return r.control.SetWriteDeadline(t)
}

// end is called when the handler is about to return.
func (r *longResponse) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mu.over = true
}
