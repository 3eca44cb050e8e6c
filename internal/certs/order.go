package certs

import (
	"context"
	"net"
	"time"

	"github.com/caddyserver/certmagic"
)

// pauses between tries to get a first certificate; the last one is for all that
// follow. Let's Encrypt takes five that fail in an hour.
var pauses = []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}

// remedy is what nearly always helps.
const remedy = "have the names lead here, and their port 443 to the HTTPS port: there the authority looks whose they are"

// Begin asks for what is missing and renews what grows old, until Close. It is to
// be called once, when the HTTPS port is open, with its address: a challenge is
// answered there.
func (a *ACME) Begin(https net.Addr) {
	if at, ok := https.(*net.TCPAddr); ok {
		// So that certmagic, which would listen by itself, finds that we do.
		a.issuer.AltTLSALPNPort = at.Port
		if !at.IP.IsUnspecified() {
			a.issuer.ListenHost = at.IP.String()
		}
	}
	a.done.Go(a.run)
}

// Reload looks again, and tries again, at once. What comes of it is logged.
func (a *ACME) Reload() error {
	select {
	case a.again <- struct{}{}:
	default: // it is about to
	}
	return nil
}

func (a *ACME) run() {
	for tries := 0; ; tries++ {
		_ = a.cache.RenewManagedCertificates(a.ctx) // whatever fails is an event
		pause := pauses[min(tries, len(pauses)-1)]
		a.order(tries, pause)
		if len(a.Missing()) == 0 {
			tries = -1
		}
		if !a.rest(pause) {
			return
		}
	}
}

// looks is how often the folder is looked into for what another node has got: that asks
// nobody.
const looks = time.Minute

// rest until it is to be tried again: after a pause, if something is missing that no
// other node gets meanwhile. false: it is closed.
func (a *ACME) rest(pause time.Duration) bool {
	var over, look <-chan time.Time
	if len(a.Missing()) > 0 {
		every := time.NewTicker(looks)
		defer every.Stop()
		over, look = time.After(pause), every.C
	}
	for {
		select {
		case <-a.ctx.Done():
			return false
		case <-a.again:
			return true
		case <-over:
			return true
		case <-look:
			for _, name := range a.Missing() {
				_ = a.load(name) // nearly always it is not there; why, is told when it is tried
			}
			if len(a.Missing()) == 0 {
				return true
			}
		}
	}
}

// order asks for the certificates that are missing, one after the other.
func (a *ACME) order(tries int, next time.Duration) {
	// From the second try on Let's Encrypt is rehearsed with, so that its limits hold.
	ctx := context.WithValue(a.ctx, certmagic.AttemptsCtxKey, &tries)
	for _, name := range a.Missing() {
		a.o.Log.Info("a certificate is asked for", "names", []string{name}, "from", a.o.CA)
		err := a.asking.ObtainCertSync(ctx, name)
		if err == nil {
			err = a.load(name)
		}
		if a.ctx.Err() != nil {
			return
		}
		if err != nil {
			a.o.Log.Error("no certificate: nobody gets in by TLS for this name", "names", []string{name}, "cause", err, "next", next, "do", remedy)
		}
	}
}

// load shows what the folder has for a name.
func (a *ACME) load(name string) error {
	c, err := a.config.CacheManagedCertificate(a.ctx, name)
	if err == nil {
		a.o.Log.Info("a certificate is shown", "names", c.Names, "end", c.Leaf.NotAfter)
	}
	return err
}

// told hears of what becomes of a renewal.
func (a *ACME) told(_ context.Context, event string, data map[string]any) error {
	name, _ := data["identifier"].(string)
	if renewal, _ := data["renewal"].(bool); !renewal || a.ctx.Err() != nil {
		return nil // order tells of the first one
	}
	a.failing.Lock()
	defer a.failing.Unlock()
	switch event {
	case "cert_obtained":
		delete(a.failing.names, name)
		a.o.Log.Info("a certificate is renewed", "names", []string{name})
	case "cert_failed":
		a.failing.names[name] = a.expires(name)
		a.o.Log.Error("a certificate is not renewed: the one before holds on, and it is tried again", "names", []string{name}, "cause", data["error"], "do", remedy)
	}
	return nil
}

// unattended is the issuer for a first certificate. certmagic tries once, as it is
// to, only where it believes that somebody sits there, whom it may ask for his
// address on standard input.
type unattended struct{ *certmagic.ACMEIssuer }

func (u unattended) PreCheck(ctx context.Context, names []string, _ bool) error {
	return u.ACMEIssuer.PreCheck(ctx, names, false)
}
