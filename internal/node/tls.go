package node

import (
	"crypto/tls"
	"errors"
	"time"

	"matchstream/internal/certs"
	"matchstream/internal/logging"
)

// renewed is how long before its end a certificate is replaced everywhere, by
// whatever replaces it. One that has less is an omission.
const renewed = 3 * 24 * time.Hour

// openCertificate finds the certificate of the TLS ports, if there are any.
func (n *Node) openCertificate() (err error) {
	c := n.config
	switch {
	case (c.Certificate == "") != (c.Key == ""):
		return errors.New("expected a certificate with its key, or neither")
	case c.Certificate != "" && len(c.ACME.Names) > 0:
		return errors.New("expected a certificate in a file, or names to ask an authority for, not both")
	case c.Certificate != "":
		files, err := certs.Open(c.Certificate, c.Key, certs.Every, logging.Room(c.Log, "node"))
		if err != nil {
			return err
		}
		n.certs = files
	case len(c.ACME.Names) > 0:
		if n.acme, err = certs.OpenACME(c.ACME.options(c)); err != nil {
			return err
		}
		n.certs = n.acme
	case c.TCPOverTLS != "":
		return errors.New("expected a certificate for the line protocol over TLS")
	}
	return nil
}

// certificateOld says whether there is a certificate that should have been
// replaced by now.
func (n *Node) certificateOld() bool {
	return n.certs != nil && !n.certs.Expires().IsZero() && n.certs.Expires().Sub(n.config.Clock()) < renewed
}

// uncertified are the names that there is no certificate for yet.
func (n *Node) uncertified() []string {
	if n.certs == nil {
		return nil
	}
	return n.certs.Missing()
}

// tls is for a port that speaks these protocols over it; nil: there is no TLS.
func (n *Node) tls(protocols ...string) *tls.Config {
	if n.certs == nil {
		return nil
	}
	return n.certs.Config(protocols...)
}

// Scheme is that of the HTTP port: http, or https.
func (n *Node) Scheme() string {
	if n.certs == nil {
		return "http"
	}
	return "https"
}

// TCPOverTLSAddrs is where the line protocol is over TLS.
func (n *Node) TCPOverTLSAddrs() []string { return addresses(n.securePorts()) }

// plainPorts of the line protocol, which every client of it can use.
func (n *Node) plainPorts() []*tcpPort { return n.tcpPorts(false) }

// securePorts are those over TLS.
func (n *Node) securePorts() []*tcpPort { return n.tcpPorts(true) }

func (n *Node) tcpPorts(secure bool) (some []*tcpPort) {
	for _, p := range n.listeners.tcp {
		if p.secure == secure {
			some = append(some, p)
		}
	}
	return some
}

func addresses(ports []*tcpPort) (all []string) {
	for _, p := range ports {
		all = append(all, p.at.String())
	}
	return all
}
