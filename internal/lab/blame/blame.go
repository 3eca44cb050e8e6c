// Package blame says what an error of a connection is called, and with it whose it is:
// the service's, or the lab's own, from which nothing is learnt about the service. All
// rooms of the lab that connect ask here, so that one failure has one name whoever meets
// it. It does no I/O; any goroutine may call it.
package blame

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	"matchstream/internal/lab"
)

// At is how far a connection had come when something on it failed.
type At int

const (
	Calling At = iota // it was being made: connect, and the handshake of TLS
	Asking            // it was there, and not one byte had come on it
	Heard             // something had come on it
)

// Code is what an error is called: one of lab's codes. An error that is no connection's
// and none of this machine is one of what came: lab.Malformed. err is not nil.
func Code(err error, at At) string {
	var number syscall.Errno
	if isDial(err) {
		at = Calling // it says so itself
	}
	switch {
	case isName(err): // also where that took too long: whoever knows names is not the service
		return lab.OwnFailure
	case errors.As(err, &number):
		return ofKernel(number, at)
	case isTimeout(err):
		return lab.TimedOut
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), isIdle(err):
		return lab.CutOff
	case isTrust(err), isDial(err):
		return lab.OwnFailure
	}
	return lab.Malformed
}

// ofKernel is what an error of a system call is called. One that is not known here was
// not made by a service: it is this machine that would not.
func ofKernel(number syscall.Errno, at At) string {
	switch number {
	case syscall.EMFILE, syscall.ENFILE:
		return lab.NoDescriptors
	case syscall.EADDRNOTAVAIL, syscall.EADDRINUSE: // the second where a source was bound
		return lab.NoPorts
	case syscall.ENOBUFS, syscall.ENOMEM, syscall.ENOSPC: // the third: no more may be watched by epoll
		return lab.NoMemory
	case syscall.ETIMEDOUT:
		return lab.TimedOut
	case syscall.ECONNREFUSED:
		return lab.Refused
	case syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED:
		// Before a byte has come it is how a full backlog, or a gate, turns away.
		if at < Heard {
			return lab.Refused
		}
		return lab.CutOff
	case syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EHOSTDOWN, syscall.ENETDOWN:
		// There is no way from here; but who was connected had one, and has lost it.
		if at > Calling {
			return lab.CutOff
		}
	}
	return lab.OwnFailure
}

// IsOwn says whether a code is one of the lab's own.
func IsOwn(code string) bool { return strings.HasPrefix(code, "own-") }

// isName: a name could not be looked up.
func isName(err error) bool {
	var name *net.DNSError
	return errors.As(err, &name)
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// isTrust: the certificate may be good, but not for this machine.
func isTrust(err error) bool {
	var unknown x509.UnknownAuthorityError
	return errors.As(err, &unknown)
}

// isDial: there was no connection yet.
func isDial(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// isIdle: a connection that net/http had kept was closed while it asked on it, and it
// could not ask again. The library has no other name for it than its text.
func isIdle(err error) bool {
	return strings.Contains(err.Error(), "http: server closed idle connection")
}
