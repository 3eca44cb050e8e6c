package fleet

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
)

// # How both sides know that the other has the secret
//
// The connection is TLS 1.3 with a certificate that the agent has just made, and which
// proves nothing. Both sides have put a nonce into it, and from these and the keys comes
// a value that only the two ends of this one connection have (RFC 9266). Each sends
// HMAC-SHA256 of its role and that value with the secret as the key, the coordinator
// first, and looks at what the other has sent. Whoever has not the secret cannot make
// that; what was sent on another connection, or to somebody in the middle, is for another
// value; and neither side can be given its own back. From then on what comes is the
// other's, and nobody else can read it.

const (
	coordinator = "coordinator"
	agent       = "agent"
	exporter    = "EXPORTER-Channel-Binding"
)

// prove is what one side sends.
func prove(secret []byte, role string, at *tls.Conn) ([]byte, error) {
	state := at.ConnectionState()
	value, err := state.ExportKeyingMaterial(exporter, nil, sha256.Size)
	if err != nil {
		return nil, err
	}
	h := hmac.New(sha256.New, secret)
	h.Write([]byte("matchstream lab " + role + "\x00"))
	h.Write(value)
	return h.Sum(nil), nil
}

// proven says whether the other side has sent what it should.
func proven(secret []byte, role string, at *tls.Conn, got []byte) bool {
	want, err := prove(secret, role, at)
	return err == nil && hmac.Equal(want, got)
}

// shortestSecret is how many bytes a secret has: who has seen an attempt may guess at
// home.
const shortestSecret = 16

// ReadSecret reads the secret that agents and their coordinator share. Spaces around it
// do not count.
func ReadSecret(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%w: expected a file with a secret, the same on all machines; to make one: (umask 077; openssl rand -hex 32 >%s)", err, path)
	}
	if err != nil {
		return nil, err
	}
	if b = bytes.TrimSpace(b); len(b) < shortestSecret {
		return nil, fmt.Errorf("%s: expected a secret of %d bytes or more, got %d; to make one: (umask 077; openssl rand -hex 32 >%s)", path, shortestSecret, len(b), path)
	}
	return b, nil
}
