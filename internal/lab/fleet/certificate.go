package fleet

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"time"
)

// passing is a certificate for this run of an agent. It proves nothing: see secret.go.
func passing() (tls.Certificate, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	const valid = 10 * 365 * 24 * time.Hour
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-valid), NotAfter: time.Now().Add(valid)}
	b, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	return tls.Certificate{Certificate: [][]byte{b}, PrivateKey: private}, err
}
