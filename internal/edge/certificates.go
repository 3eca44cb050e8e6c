package edge

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"
)

// certificates are what TLS to the origin needs beside its name; nil: no more than what
// the system has. The files are read now: one that is not there is told at the start.
func (o Options) certificates() (*tls.Config, error) {
	if o.CA == "" && o.Cert == "" && o.Key == "" {
		return nil, nil
	}
	if !strings.HasPrefix(strings.ToLower(o.Origin), "https://") {
		return nil, errors.New("origin: certificates are given, and no TLS is used: expected https://")
	}
	t := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.CA != "" {
		pem, err := os.ReadFile(o.CA)
		if err != nil {
			return nil, fmt.Errorf("origin: who has signed its certificate: %w", err)
		}
		t.RootCAs = x509.NewCertPool()
		if !t.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("origin: who has signed its certificate: %s has none (PEM)", o.CA)
		}
	}
	if o.Cert == "" && o.Key == "" {
		return t, nil
	}
	own, err := tls.LoadX509KeyPair(o.Cert, o.Key)
	if err != nil {
		return nil, fmt.Errorf("origin: our certificate and its key: %w", err)
	}
	t.Certificates = []tls.Certificate{own}
	return t, nil
}
