package peers

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
)

// secretLeast is how many characters a secret must have. Whoever dials a node's
// cluster address is shown a public key that comes of the secret (tls.go), and may
// guess at leisure: what a person would remember is too little.
const secretLeast = 32

// Secret is what the nodes of one cluster have in common, and nobody else knows.
// It never goes over the network.
type Secret struct{ text string }

// ReadSecret reads a file of one line with at least 32 characters. The error says
// how to make one.
func ReadSecret(path string) (Secret, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Secret{}, fmt.Errorf("the cluster's secret: %w; to make one: openssl rand -base64 32 > %s, the same file on each node", err, path)
	}
	s, err := ParseSecret(string(text))
	if err != nil {
		return Secret{}, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// ParseSecret takes the text of a secret, without the space around it.
func ParseSecret(text string) (Secret, error) {
	text = strings.TrimSpace(text)
	if len(text) < secretLeast || strings.ContainsAny(text, "\r\n") {
		return Secret{}, fmt.Errorf("expected the cluster's secret: one line of at least %d characters, as openssl rand -base64 32 makes it", secretLeast)
	}
	return Secret{text}, nil
}

// derive n bytes for one purpose; those of another purpose say nothing of them.
func (s Secret) derive(purpose string, n int) []byte {
	key, err := hkdf.Key(sha256.New, []byte(s.text), nil, "matchstream cluster: "+purpose, n)
	if err != nil {
		panic(err) // n is a constant that is too large
	}
	return key
}

// password of the routes.
func (s Secret) password() string {
	return base64.RawURLEncoding.EncodeToString(s.derive("password of routes", 32))
}
