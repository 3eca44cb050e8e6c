package operator

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"

	"matchstream/internal/client"
	"matchstream/internal/lab"
)

// count counts a failed try by its code: the service's, or the lab's own.
func (p *Played) count(err error) {
	if code := ownCode(err); code != "" {
		p.Own[code]++
		return
	}
	p.Errors[code(err)]++
}

// ownCode is that of a failure of the lab; "": it is not one.
func ownCode(err error) string {
	switch {
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return lab.NoDescriptors
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return lab.NoPorts
	case errors.Is(err, syscall.ENOBUFS), errors.Is(err, syscall.ENOMEM):
		return lab.NoMemory
	}
	return ""
}

// code is that of a failure of the service.
func code(err error) string {
	var refusal *client.Refusal
	var other *statusError
	var timeout net.Error
	switch {
	case errors.As(err, &other):
		return fmt.Sprint("status-", other.status)
	case errors.As(err, &refusal):
		return fmt.Sprint("status-", refusal.Status)
	case errors.Is(err, errPatience), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return lab.TimedOut
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return lab.Refused
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return lab.CutOff
	}
	return lab.Answered
}
