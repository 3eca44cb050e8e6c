// Package certs has the certificate that a node's TLS ports show: from files
// that are read anew when they change, or from an authority that is asked for
// it and for each that follows (ACME).
package certs

import (
	"crypto/tls"
	"time"
)

// Source is where certificates come from: Files or ACME. Its methods may be
// called by any goroutine.
type Source interface {
	// Config is for a listener that speaks these protocols over TLS (ALPN), the
	// preferred first; it shows to each who comes what there is then.
	Config(protocols ...string) *tls.Config
	// Reload looks at once whether there is something new.
	Reload() error
	// Missing are the names that there is no certificate for: who comes for one
	// of them is refused.
	Missing() []string
	// Broken says whether the next certificate cannot be had, so that an older
	// one is shown.
	Broken() bool
	// Expires is when the first of the certificates that are shown does; zero:
	// there is none yet.
	Expires() time.Time
	// Close ends the looking for others; what there is is shown still.
	Close()
}
