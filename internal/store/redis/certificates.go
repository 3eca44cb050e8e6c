package redis

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
)

// certificates are what TLS needs beside the host's name.
func (o Options) certificates(t *tls.Config) error {
	if o.CA == "" && o.Cert == "" && o.Key == "" {
		return nil
	}
	if t == nil {
		return errors.New("store: certificates are given, and no TLS is used: expected rediss://")
	}
	if o.CA != "" {
		pem, err := os.ReadFile(o.CA)
		if err != nil {
			return fmt.Errorf("store: who has signed the server's certificate: %w", err)
		}
		t.RootCAs = x509.NewCertPool()
		if !t.RootCAs.AppendCertsFromPEM(pem) {
			return fmt.Errorf("store: who has signed the server's certificate: %s has none (PEM)", o.CA)
		}
	}
	if o.Cert == "" && o.Key == "" {
		return nil
	}
	own, err := tls.LoadX509KeyPair(o.Cert, o.Key)
	if err != nil {
		return fmt.Errorf("store: our certificate and its key: %w", err)
	}
	t.Certificates = []tls.Certificate{own}
	return nil
}
