package certs_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"matchstream/internal/certs"
)

// certmagic's limiter of orders stays with the process: one for each authority and address.
func TestMain(m *testing.M) {
	if folder := os.Getenv(another); folder != "" {
		order(folder)
		return
	}
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/caddyserver/certmagic.(*RingBufferRateLimiter).loop"))
}

// pair is a certificate for a name, and its key.
func pair(t *testing.T, name string) (cert, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{name}, NotAfter: time.Now().Add(time.Hour)}
	c, err := x509.CreateCertificate(rand.Reader, of, of, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	k, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: k})
}

// files are those of a certificate, and what is logged of them.
type files struct {
	*testing.T
	cert, key string
	mu        sync.Mutex
	log       bytes.Buffer
}

func (f *files) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.log.Write(p)
}

func (f *files) logged() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.log.String()
}

func newFiles(t *testing.T) *files {
	dir := t.TempDir()
	f := &files{T: t, cert: filepath.Join(dir, "cert.pem"), key: filepath.Join(dir, "key.pem")}
	f.put(pair(t, "first"))
	return f
}

func (f *files) put(cert, key []byte) {
	f.Helper()
	for name, b := range map[string][]byte{f.cert: cert, f.key: key} {
		if b == nil {
			continue
		}
		if err := os.WriteFile(name+".new", b, 0o600); err != nil {
			f.Fatal(err)
		}
		if err := os.Rename(name+".new", name); err != nil { // never seen half written
			f.Fatal(err)
		}
	}
}

func (f *files) open(every time.Duration) *certs.Files {
	f.Helper()
	opened, err := certs.Open(f.cert, f.key, every, slog.New(slog.NewTextHandler(f, nil)))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(opened.Close)
	return opened
}

// shown is whose certificate somebody is shown who comes now.
func (f *files) shown(by *certs.Files) string {
	f.Helper()
	a, b := net.Pipe()
	server := tls.Server(a, by.Config("h2"))
	go server.Handshake()
	client := tls.Client(b, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})
	if err := client.Handshake(); err != nil {
		f.Fatal(err)
	}
	a.Close()
	b.Close()
	return client.ConnectionState().PeerCertificates[0].DNSNames[0]
}

// A new certificate is shown to who comes when it is there, without anybody
// being asked to look; one that cannot be used is not, and that is said once.
func TestFilesThatChange(t *testing.T) {
	f := newFiles(t)
	by := f.open(time.Millisecond)
	if got := f.shown(by); got != "first" {
		t.Fatalf("%s is shown", got)
	}
	f.put(pair(t, "second"))
	for f.shown(by) != "second" {
		runtime.Gosched()
	}
	before := len(f.logged()) // of a pair put there half, too
	cert, _ := pair(t, "third")
	f.put(cert, nil) // with the key of the second
	for !by.Broken() {
		runtime.Gosched()
	}
	for !strings.Contains(f.logged()[before:], "the certificate before holds on") {
		runtime.Gosched()
	}
	if got := f.shown(by); got != "second" {
		t.Errorf("%s is shown, want the second one still", got)
	}
	for range 3 { // looks that change nothing say nothing
		if err := by.Reload(); err == nil {
			t.Error("a certificate is taken with the key of another")
		}
	}
	if n := strings.Count(f.logged()[before:], "not reloaded"); n != 1 {
		t.Errorf("it is said %d times: %s", n, f.logged())
	}
	f.put(pair(t, "fourth"))
	for by.Broken() || f.shown(by) != "fourth" {
		runtime.Gosched()
	}
}

// What is asked for is done at once.
func TestReload(t *testing.T) {
	f := newFiles(t)
	by := f.open(time.Hour)
	f.put(pair(t, "second"))
	if err := by.Reload(); err != nil || f.shown(by) != "second" {
		t.Errorf("%s is shown, %v", f.shown(by), err)
	}
	os.Remove(f.key)
	if err := by.Reload(); err == nil || !by.Broken() || f.shown(by) != "second" {
		t.Errorf("without a key: %v, broken: %t, %s is shown", err, by.Broken(), f.shown(by))
	}
	if !strings.Contains(f.logged(), "not reloaded") {
		t.Error("that the key is gone is not said")
	}
}

// Versions of TLS that are known to be weak are not spoken.
func TestOldVersions(t *testing.T) {
	f := newFiles(t)
	by := f.open(time.Hour)
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	go tls.Server(a, by.Config()).Handshake()
	if err := tls.Client(b, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}).Handshake(); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
}

func TestFilesThatAreNone(t *testing.T) {
	f := newFiles(t)
	cert, key := pair(t, "second")
	for want, put := range map[string]func(){
		"cannot be read":         func() { os.Remove(f.cert) },
		"expected a certificate": func() { f.put(key, cert) },
	} {
		put()
		if _, err := certs.Open(f.cert, f.key, time.Hour, slog.Default()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
