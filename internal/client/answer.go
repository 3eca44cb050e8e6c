package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

const maxAnswer = 256 << 20 // bytes; a history of several hundred thousand events

var errLong = errors.New("the answer is too long")

// readAll reads an answer. One that is too long is an error: its beginning
// could be taken for all of it.
func readAll(r io.Reader, most int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(b)) > most {
		return nil, fmt.Errorf("%w: expected at most %d bytes", errLong, most)
	}
	return b, err
}

// inWords is why there was no answer, for a person: without the request, whose
// address may be longer than a terminal is wide and hide the cause.
func inWords(err error) error {
	var asking *url.Error
	if errors.As(err, &asking) {
		err = asking.Err
	}
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &certificate):
		return &mismatch{fmt.Errorf("%w (for an authority of your own: SSL_CERT_FILE=ca.pem in the environment)", err)}
	case errors.Is(err, http.ErrSchemeMismatch):
		return &mismatch{fmt.Errorf("%w: expected http:// in the address", err)}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the server closed the connection: %w", err)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("no answer within %v: %w", patience, err)
	}
	return err
}

// mismatch is why there will be no answer either when it is asked for again: the server
// shows a certificate that is not trusted, or speaks no TLS.
type mismatch struct{ error }

func (m *mismatch) Unwrap() error { return m.error }

// Mismatch says whether err is one of a server that cannot be spoken to as it was asked
// for: its certificate is not trusted, or it speaks no TLS.
func Mismatch(err error) bool {
	var m *mismatch
	return errors.As(err, &m)
}
