package certs_test

import (
	"log/slog"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/certs"
)

// A certificate that one node could not renew and another has is not broken.
func TestACMERenewedByAnother(t *testing.T) {
	p := newPort(t)
	p.Start(t)
	p.options.Names = names[:1]
	one := p.open(p.options)
	at := p.serve(one)
	one.Begin(at)
	p.hears("a certificate is shown")
	certs.NotRenewed(one, names[0])
	p.hears("a certificate is not renewed")
	if !one.Broken() {
		t.Error("it is not broken")
	}
	before := one.Expires()
	other := p.open(certs.RenewAlways(p.options, 10*time.Millisecond))
	other.Begin(at)
	for !one.Expires().After(before) { // a certificate ends at a whole second
		p.hears("a certificate is renewed")
		if err := certs.Load(one, names[0]); err != nil {
			t.Fatal(err)
		}
	}
	if one.Broken() {
		t.Error("it is broken still")
	}
}

// What another node that shares the folder gets is shown within a minute, also by one
// that would ask the authority in an hour only.
func TestACMEGotByAnother(t *testing.T) {
	p := newPort(t)
	p.Start(t)
	p.options.Names = names[:1]
	by := p.open(p.options)
	by.Begin(p.serve(by))
	p.hears("a certificate is shown")
	p.Stop()
	synctest.Test(t, func(t *testing.T) {
		o := p.options
		o.Folder, o.Log = t.TempDir(), slog.New(slog.DiscardHandler)
		late, err := certs.OpenACME(o)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		rested := make(chan bool)
		go func() { rested <- certs.Rest(late, time.Hour) }()
		synctest.Wait()
		if err := os.CopyFS(o.Folder, os.DirFS(p.options.Folder)); err != nil {
			t.Fatal(err)
		}
		if !<-rested || late.Missing() != nil || time.Since(began) > time.Minute {
			t.Errorf("after %v there is missing %v", time.Since(began), late.Missing())
		}
		late.Close()
	})
}
