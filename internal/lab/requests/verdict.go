package requests

import (
	"errors"
	"io"
	"syscall"

	"matchstream/internal/lab/blame"
)

// silentError is an exchange in which not one byte was answered.
type silentError struct {
	cause error
	at    blame.At // Heard: what had come on its connection was of requests before it
}

func (e *silentError) Error() string { return e.cause.Error() }
func (e *silentError) Unwrap() error { return e.cause }

// handshakeError is one of TLS.
type handshakeError struct{ cause error }

func (e *handshakeError) Error() string { return "TLS: " + e.cause.Error() }
func (e *handshakeError) Unwrap() error { return e.cause }

// verdict is what an error is called; own: it is the lab's, and nothing is learnt from
// it about the server.
func verdict(err error) (code string, own bool) {
	at := blame.Heard
	var silent *silentError
	if errors.As(err, &silent) {
		at = silent.at
	}
	code = blame.Code(err, at)
	return code, blame.IsOwn(code)
}

// isOwn says whether an error is the lab's own.
func isOwn(err error) bool {
	_, own := verdict(err)
	return own
}

// isStale: the server had closed the connection behind an answer before, or did so while
// it was asked again, and has not begun to answer. It may do that (RFC 9112, 9.3 and 9.5).
func isStale(err error) bool {
	var silent *silentError
	return errors.As(err, &silent) && silent.at == blame.Heard && isClosed(silent.cause)
}

func isClosed(err error) bool {
	for _, end := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED} {
		if errors.Is(err, end) {
			return true
		}
	}
	return false
}

// isPorts: no port is left to call from. With a source address that is found out when
// the socket is bound to it.
func isPorts(err error) bool {
	return errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.EADDRINUSE)
}
