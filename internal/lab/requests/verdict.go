package requests

import (
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"syscall"

	"matchstream/internal/lab"
)

// silentError is an exchange in which not one byte was answered.
type silentError struct {
	cause error
	first bool // it was the first on its connection
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
	switch {
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return lab.NoDescriptors, true
	case isPorts(err):
		return lab.NoPorts, true
	case errors.Is(err, syscall.ENOBUFS), errors.Is(err, syscall.ENOMEM):
		return lab.NoMemory, true
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, syscall.ETIMEDOUT), isTimeout(err):
		return lab.TimedOut, false
	case errors.Is(err, syscall.ECONNREFUSED):
		return lab.Refused, false
	case isReset(err):
		// Before a word was said it is how a full backlog, or a gate, turns away.
		var silent *silentError
		if errors.As(err, &silent) && silent.first {
			return lab.Refused, false
		}
		return lab.CutOff, false
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return lab.CutOff, false
	case isTrust(err), isDial(err):
		return lab.OwnFailure, true
	}
	return lab.Malformed, false
}

// isOwn says whether an error is the lab's own.
func isOwn(err error) bool {
	_, own := verdict(err)
	return own
}

// isPorts: no port is left to call from. With a source address that is found out when
// the socket is bound to it.
func isPorts(err error) bool {
	return errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.EADDRINUSE)
}

func isReset(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNABORTED)
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// isTrust: the certificate may be good, but not for this machine.
func isTrust(err error) bool {
	var unknown x509.UnknownAuthorityError
	return errors.As(err, &unknown)
}

// isDial: there is no way to the server from here (no route, no such network).
func isDial(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}
