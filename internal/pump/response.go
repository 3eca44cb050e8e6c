package pump

import (
	"net/http"
	"os"
	"sync"
	"time"
)

// response is an HTTP response that is written for as long as the watch lasts.
type response struct {
	http.ResponseWriter
	control *http.ResponseController
	mu      struct {
		sync.Mutex
		aborted bool
		over    bool // the handler is about to return
	}
}

// Write takes its deadline back: one that passes resets an HTTP/2 stream even
// if nothing is being written.
func (r *response) Write(p []byte) (int, error) {
	n, err := r.ResponseWriter.Write(p)
	if err == nil {
		err = r.control.Flush()
	}
	if err == nil {
		err = r.SetWriteDeadline(time.Time{})
	}
	return n, err
}

// SetWriteDeadline may come late, from whoever aborts; but net/http panics if
// it comes after the handler has returned.
func (r *response) SetWriteDeadline(t time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.mu.over {
		return os.ErrClosed
	}
	return r.control.SetWriteDeadline(t)
}

func (r *response) Aborted() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.mu.aborted
}

func (r *response) Abort() {
	r.mu.Lock()
	r.mu.aborted = true
	r.mu.Unlock()
	r.SetWriteDeadline(time.Unix(1, 0))
}

func (r *response) Close(bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mu.over = true
}

// Read: that the client leaves is told by the request's context.
func (r *response) Read([]byte) (int, error)        { return 0, errDeaf }
func (r *response) SetReadDeadline(time.Time) error { return nil }
func (r *response) Reset() bool                     { return false }
func (r *response) Finish()                         {}
