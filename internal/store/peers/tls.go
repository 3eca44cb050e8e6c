package peers

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"time"
)

// The secret alone makes the routes safe: no authority, no certificate files, none
// that runs out in the middle of a match. All nodes derive the same Ed25519 key pair
// from it. On each route both sides prove in the TLS 1.3 handshake that they have
// the private key, and accept no other; the keys that encrypt are made anew for each
// connection, so that a secret that leaks opens nothing that was recorded before.
// A key for each node would add nothing: who has the secret of one node may join as
// any other.
//
// The certificate is only what carries the public key. Neither its names nor its
// dates are looked at, so no clock has to be right.

// errStranger: whoever is at the other end has not our secret.
var errStranger = errors.New("the other side has another cluster secret (--cluster-secret), or is no MatchStream node")

// tlsConfig of routes, for both sides of them.
func (s Secret) tlsConfig() (*tls.Config, error) {
	key := ed25519.NewKeyFromSeed(s.derive("key of routes", ed25519.SeedSize))
	ours := key.Public().(ed25519.PublicKey)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "matchstream cluster"},
		NotBefore:    time.Unix(0, 0),
		NotAfter:     time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), // RFC 5280: none
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, ours, key)
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		Certificates:           []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
		ServerName:             "matchstream-cluster", // else a node's address is sent in the clear
		ClientAuth:             tls.RequireAnyClientCert,
		InsecureSkipVerify:     true, // replaced by what is stricter:
		SessionTicketsDisabled: true,
		VerifyConnection: func(c tls.ConnectionState) error {
			if len(c.PeerCertificates) == 0 {
				return errStranger
			}
			if theirs, ok := c.PeerCertificates[0].PublicKey.(ed25519.PublicKey); !ok || !theirs.Equal(ours) {
				return errStranger
			}
			return nil
		},
	}, nil
}
