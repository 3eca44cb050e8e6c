package redis

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// certificate is one that signs itself, for 127.0.0.1, in two files.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	signed, err := x509.CreateCertificate(rand.Reader, about, about, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: signed}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

func TestTLS(t *testing.T) {
	cert, key := certificate(t)
	port := freePort(t)
	srv := serve(t, "--tls-port", port, "--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", cert, "--tls-auth-clients", "yes")
	url := "rediss://127.0.0.1:" + port
	for what, o := range map[string]Options{
		"an authority that is not known": {URL: url, Cert: cert, Key: key},
		"no certificate of our own":      {URL: url, CA: cert},
		"no TLS":                         {URL: "redis://127.0.0.1:" + port},
		"certificates without TLS":       {URL: srv.url(), CA: cert},
		"a file that is not there":       {URL: url, CA: "/does/not/exist"},
		"a file without a certificate":   {URL: url, CA: key},
		"half of a pair":                 {URL: url, CA: cert, Cert: cert},
	} {
		o.Patience = time.Second
		if s, err := Open(context.Background(), o); err == nil {
			s.Close()
			t.Errorf("%s: no error", what)
		}
	}
	s := srv.open(func(o *Options) { o.URL, o.CA, o.Cert, o.Key = url, cert, cert, key })
	appended(t, s, 0, 1)
}
