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
	if (c.Certificate == "") != (c.Key == "") {
		return errors.New("expected a certificate with its key, or neither")
	}
	if c.Certificate == "" && c.TCPOverTLS != "" {
		return errors.New("expected a certificate for the line protocol over TLS")
	}
	if c.Certificate != "" {
		n.certs, err = certs.Open(c.Certificate, c.Key, certs.Every, logging.Room(c.Log, "node"))
	}
	return err
}

// certificateOld says whether there is a certificate that should have been
// replaced by now.
func (n *Node) certificateOld() bool {
	return n.certs != nil && n.certs.Expires().Sub(n.config.Clock()) < renewed
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
func (n *Node) TCPOverTLSAddrs() []string { return addresses(n.tcpPorts(true)) }

// plainPorts of the line protocol, which every client of it can use.
func (n *Node) plainPorts() []*tcpPort { return n.tcpPorts(false) }

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
