package blame

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"syscall"
	"testing"

	"matchstream/internal/lab"
)

// dial and read are errors as net makes them.
func dial(cause error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: cause} }
func read(cause error) error { return &net.OpError{Op: "read", Net: "tcp", Err: cause} }

func call(name string, number syscall.Errno) error { return os.NewSyscallError(name, number) }

// Every error has one name, by how far its connection had come: Calling, Asking, Heard.
func TestCode(t *testing.T) {
	all := func(code string) [3]string { return [3]string{code, code, code} }
	turnedAway := [3]string{lab.Refused, lab.Refused, lab.CutOff}
	noWay := [3]string{lab.OwnFailure, lab.CutOff, lab.CutOff}
	for _, one := range []struct {
		err  error
		want [3]string
	}{
		{syscall.EMFILE, all(lab.NoDescriptors)},
		{syscall.ENFILE, all(lab.NoDescriptors)},
		{dial(call("socket", syscall.EMFILE)), all(lab.NoDescriptors)},
		{syscall.EADDRNOTAVAIL, all(lab.NoPorts)},
		{dial(call("bind", syscall.EADDRINUSE)), all(lab.NoPorts)},
		{syscall.ENOBUFS, all(lab.NoMemory)},
		{syscall.ENOMEM, all(lab.NoMemory)},
		{syscall.ENOSPC, all(lab.NoMemory)},
		{syscall.ECONNREFUSED, all(lab.Refused)},
		{dial(call("connect", syscall.ECONNREFUSED)), all(lab.Refused)},
		{syscall.ETIMEDOUT, all(lab.TimedOut)},
		{dial(call("connect", syscall.ETIMEDOUT)), all(lab.TimedOut)},
		{read(os.ErrDeadlineExceeded), all(lab.TimedOut)},
		{fmt.Errorf("asking: %w", os.ErrDeadlineExceeded), all(lab.TimedOut)},
		{&url.Error{Op: "Get", Err: fmt.Errorf("late: %w", context.DeadlineExceeded)}, all(lab.TimedOut)},
		{dial(os.ErrDeadlineExceeded), all(lab.TimedOut)},
		{syscall.ECONNRESET, turnedAway},
		{syscall.EPIPE, turnedAway},
		{syscall.ECONNABORTED, turnedAway},
		{read(call("read", syscall.ECONNRESET)), turnedAway},
		{dial(call("connect", syscall.ECONNRESET)), all(lab.Refused)},
		{io.EOF, all(lab.CutOff)},
		{io.ErrUnexpectedEOF, all(lab.CutOff)},
		{fmt.Errorf("reading: %w", io.EOF), all(lab.CutOff)},
		{&url.Error{Op: "Post", Err: errors.New("http: server closed idle connection")}, all(lab.CutOff)},
		{syscall.EHOSTUNREACH, noWay},
		{syscall.ENETUNREACH, noWay},
		{syscall.EHOSTDOWN, noWay},
		{syscall.ENETDOWN, noWay},
		{dial(call("connect", syscall.EHOSTUNREACH)), all(lab.OwnFailure)},
		{syscall.EAGAIN, all(lab.OwnFailure)},
		{dial(call("connect", syscall.EAGAIN)), all(lab.OwnFailure)},
		{syscall.EPERM, all(lab.OwnFailure)},
		{syscall.EINVAL, all(lab.OwnFailure)},
		{dial(errors.New("no suitable address")), all(lab.OwnFailure)},
		{dial(&net.DNSError{Err: "no such host", IsNotFound: true}), all(lab.OwnFailure)},
		{&net.DNSError{Err: "i/o timeout", IsTimeout: true}, all(lab.OwnFailure)},
		{&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, all(lab.OwnFailure)},
		{x509.CertificateInvalidError{Reason: x509.Expired}, all(lab.Malformed)},
		{errors.New("malformed HTTP response"), all(lab.Malformed)},
	} {
		for at, want := range one.want {
			if got := Code(one.err, At(at)); got != want {
				t.Errorf("%v (%T), at %d: %s, expected %s", one.err, one.err, at, got, want)
			}
		}
	}
}

func TestIsOwn(t *testing.T) {
	for code, want := range map[string]bool{lab.NoDescriptors: true, lab.NoPorts: true, lab.NoMemory: true, lab.OwnFailure: true,
		lab.Refused: false, lab.TimedOut: false, lab.Answered: false, lab.Malformed: false, lab.CutOff: false} {
		if IsOwn(code) != want {
			t.Errorf("%s is the lab's own: %v", code, !want)
		}
	}
}
