package certs

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/caddyserver/certmagic"
	"go.uber.org/zap"
)

// LetsEncrypt is the directory of the authority that is asked if no other is named.
const LetsEncrypt = certmagic.LetsEncryptProductionCA

// challenge is the protocol by which an authority looks on the HTTPS port whether
// a name leads to us (TLS-ALPN-01, RFC 8737).
const challenge = "acme-tls/1"

// ACMEOptions say for which names certificates are had, and from whom.
type ACMEOptions struct {
	Names  []string     // hosts, at least one; who asks for none is shown the first one's
	Email  string       // where the authority may write to; "": nowhere
	CA     string       // URL of its directory; "": LetsEncrypt
	Root   string       // file of who has signed the authority's own certificate, PEM; "": whom the system trusts
	Folder string       // where certificates, keys and the account are kept; nodes may share it
	Log    *slog.Logger // needed

	window float64       // share of a certificate's life before its end in which it is renewed; 0: a third
	every  time.Duration // how often that is looked at; 0: ten minutes
}

// ACME has one certificate for each name. Those that the folder has are there at
// once; the others are asked for, and all are renewed, behind Begin.
type ACME struct {
	o       ACMEOptions
	cache   *certmagic.Cache
	issuer  *certmagic.ACMEIssuer
	config  *certmagic.Config // shows and renews
	asking  *certmagic.Config // obtains: the same, but for its issuer
	ctx     context.Context
	cancel  context.CancelFunc
	again   chan struct{} // look at once
	done    sync.WaitGroup
	failing struct {
		sync.Mutex
		names map[string]time.Time // could not be renewed, when it was tried last; until when they are good
	}
}

// OpenACME reads what the folder has. It asks nobody.
func OpenACME(o ACMEOptions) (*ACME, error) {
	var roots *x509.CertPool
	if o.Root != "" {
		text, err := os.ReadFile(o.Root)
		if err != nil {
			return nil, fmt.Errorf("who has signed the authority's certificate cannot be read: %w", err)
		}
		if roots = x509.NewCertPool(); !roots.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("expected certificates in %s, in PEM", o.Root)
		}
	}
	if o.CA == "" {
		o.CA = LetsEncrypt
	}
	a := &ACME{o: o, again: make(chan struct{}, 1)}
	a.failing.names = map[string]time.Time{}
	a.ctx, a.cancel = context.WithCancel(context.Background())
	// What its logger says we say ourselves, by the log's words (told, order).
	quiet := zap.NewNop()
	a.cache = certmagic.NewCache(certmagic.CacheOptions{Logger: quiet, RenewCheckInterval: o.every,
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return a.config, nil }})
	shape := certmagic.Config{Logger: quiet, Storage: newFolder(o.Folder), RenewalWindowRatio: o.window,
		DefaultServerName: o.Names[0], FallbackServerName: o.Names[0],
		// Not made for certificates from files, either; Let's Encrypt has none any more.
		OCSP:    certmagic.OCSPConfig{DisableStapling: true},
		OnEvent: a.told, ShouldEmitFunc: func(event string) bool { return event != "tls_get_certificate" }}
	a.config = certmagic.New(a.cache, shape)
	a.issuer = certmagic.NewACMEIssuer(a.config, certmagic.ACMEIssuer{CA: o.CA, Email: o.Email, Agreed: true, TrustedRoots: roots,
		DisableHTTPChallenge: true, Logger: quiet})
	a.config.Issuers = []certmagic.Issuer{a.issuer}
	shape.Issuers = []certmagic.Issuer{unattended{a.issuer}}
	a.asking = certmagic.New(a.cache, shape)
	for _, name := range o.Names {
		if err := a.load(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			o.Log.Error("a certificate that was had cannot be read", "names", []string{name}, "cause", err, "do", "remove its folder below the one of certificates: another is asked for then")
		}
	}
	return a, nil
}

// Close ends what was begun. A look at the authority that does not heed it is not
// waited for longer than patience.
func (a *ACME) Close() {
	a.cancel()
	stopped := make(chan struct{})
	go func() {
		a.cache.Stop()
		close(stopped)
	}()
	patience := time.NewTimer(5 * time.Second)
	defer patience.Stop()
	select {
	case <-stopped:
	case <-patience.C:
	}
	a.done.Wait()
}

// Config answers the authority, too, where protocols are agreed upon.
func (a *ACME) Config(protocols ...string) *tls.Config {
	if len(protocols) > 0 {
		protocols = append(slices.Clone(protocols), challenge)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: protocols, GetCertificate: a.config.GetCertificate}
}

// Missing are the names that there is no certificate for, yet.
func (a *ACME) Missing() (names []string) {
	for _, name := range a.o.Names {
		if a.expires(name).IsZero() {
			names = append(names, name)
		}
	}
	return names
}

// Broken says whether a certificate that there is could not be renewed, by this node or
// another that shares the folder.
func (a *ACME) Broken() bool {
	a.failing.Lock()
	defer a.failing.Unlock()
	maps.DeleteFunc(a.failing.names, func(name string, end time.Time) bool { return a.expires(name).After(end) })
	return len(a.failing.names) > 0
}

// Expires is when the first of the certificates that there are does.
func (a *ACME) Expires() (first time.Time) {
	for _, name := range a.o.Names {
		if at := a.expires(name); !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

func (a *ACME) expires(name string) (last time.Time) {
	for _, c := range a.cache.AllMatchingCertificates(name) {
		if c.Leaf.NotAfter.After(last) {
			last = c.Leaf.NotAfter
		}
	}
	return last
}
