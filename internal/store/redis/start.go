package redis

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/rueidis"

	"matchstream/internal/store"
)

// StartWithin is how long a node waits for a server that starts, too.
const StartWithin = 20 * time.Second

// startPause is between two attempts.
const startPause = 250 * time.Millisecond

// opened opens the store; a server that is not there yet is waited for, and that it is
// waited for is said at once.
func (s *Store) opened(ctx context.Context, within time.Duration) error {
	late := time.Now().Add(within)
	for said := false; ; said = true {
		err := s.open(ctx)
		if err == nil || isFinal(err) || !time.Now().Before(late) {
			return err
		}
		s.leave()
		if !said {
			s.log.Warn("store: it does not serve yet; tried again until it does", "name", s.target.String(), "cause", err, "over", within)
		}
		select {
		case <-time.After(startPause):
		case <-ctx.Done():
			return err
		}
	}
}

// leave closes the connections of an attempt.
func (s *Store) leave() {
	for _, c := range []*rueidis.Client{&s.client, &s.waits} {
		if *c != nil {
			(*c).Close()
			*c = nil
		}
	}
}

// isFinal says whether another attempt would end the same.
func isFinal(err error) bool {
	var refused *rueidis.RedisError
	var certificate *tls.CertificateVerificationError
	var plain tls.RecordHeaderError
	var alert tls.AlertError
	switch {
	case errors.As(err, &refused):
		code, _, _ := strings.Cut(refused.Error(), " ")
		return code != "LOADING" && code != "BUSY" && code != "MASTERDOWN"
	case errors.As(err, &certificate), errors.As(err, &plain), errors.As(err, &alert), isOther(err):
		return true
	}
	return !errors.Is(err, store.ErrUnavailable)
}

// isOther says whether what answers speaks another protocol. (rueidis has only words for
// it; a test holds them.)
func isOther(err error) bool { return strings.Contains(err.Error(), "unknown message type") }

// handshakeError is of a server that can be connected to.
type handshakeError struct{ error }

func (e handshakeError) Unwrap() error { return e.error }

// unreachable is of a server that could not be connected to, with what was expected there.
func unreachable(err error) error {
	if _, ok := rueidis.IsRedisErr(err); ok {
		return refusal(err, false)
	}
	var shaking handshakeError
	var certificate *tls.CertificateVerificationError
	hint := "is it running, and are address and port right? One that speaks TLS wants rediss://"
	switch {
	case errors.Is(err, rueidis.ErrNoCache):
		return fmt.Errorf("%w: it speaks an old protocol: expected version 7 or newer: %w", store.ErrUnavailable, err)
	case errors.As(err, &certificate):
		hint = "with a certificate of an authority that --store-ca or the system has, for this name"
	case errors.As(err, &shaking):
		hint = "that speaks TLS, since the address is rediss://; redis:// for one that does not"
	case isOther(err):
		hint = "something else answers there; is the port right?"
	}
	return fmt.Errorf("%w: %w (expected a Redis or Valkey server: %s)", store.ErrUnavailable, err, hint)
}
