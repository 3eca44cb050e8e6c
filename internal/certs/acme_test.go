package certs_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"matchstream/internal/certs"
	"matchstream/internal/certs/acmetest"
)

// names that there are certificates for in the end.
var names = []string{"a.example.org", "b.example.org"}

// port is an HTTPS port that an authority looks at, and what is logged of it.
type port struct {
	*testing.T
	*acmetest.Authority
	options certs.ACMEOptions
	number  int
	log     chan string
}

// newPort has an authority that is still to be started.
func newPort(t *testing.T) *port {
	p := &port{T: t, number: acmetest.FreePort(t), log: make(chan string, 100)}
	p.Authority = acmetest.New(t, p.number)
	p.options = certs.ACMEOptions{Names: names, CA: p.URL, Root: p.Root, Folder: filepath.Join(t.TempDir(), "certs"), Log: slog.New(slog.NewTextHandler(p, nil))}
	return p
}

// Write is for the log.
func (p *port) Write(line []byte) (int, error) {
	select {
	case p.log <- string(line):
	default: // nobody waits for so many
	}
	return len(line), nil
}

// hears waits for a line of the log.
func (p *port) hears(has string) string {
	p.Helper()
	for line := range p.log {
		p.Log(line)
		if strings.Contains(line, has) {
			return line
		}
		if strings.Contains(line, "level=ERROR") {
			p.Fatalf("before %q it is said %s", has, line)
		}
	}
	return ""
}

// open has certificates, and serves with them, until the test ends.
func (p *port) open(o certs.ACMEOptions) *certs.ACME {
	p.Helper()
	by, err := certs.OpenACME(o)
	if err != nil {
		p.Fatal(err)
	}
	p.Cleanup(by.Close)
	return by
}

// serve answers each who comes with a handshake.
func (p *port) serve(by certs.Source) (at net.Addr) {
	p.Helper()
	l, err := tls.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(p.number)), by.Config("h2", "http/1.1"))
	if err != nil {
		p.Fatal(err)
	}
	ended := make(chan struct{})
	p.Cleanup(func() {
		l.Close()
		<-ended
	})
	go func() {
		defer close(ended)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.(*tls.Conn).Handshake()
			c.Close()
		}
	}()
	return l.Addr()
}

// shownFor is the certificate that who asks for a name is shown.
func shownFor(at net.Addr, name string) (names []string, serial string, err error) {
	c, err := tls.Dial("tcp", at.String(), &tls.Config{InsecureSkipVerify: true, ServerName: name, NextProtos: []string{"h2"}})
	if err != nil {
		return nil, "", err
	}
	defer c.Close()
	leaf := c.ConnectionState().PeerCertificates[0]
	return leaf.DNSNames, leaf.SerialNumber.String(), nil
}

// An authority is asked for each name, and looks at the port whose they are. What it
// gave is there still at the next start, without it.
func TestACME(t *testing.T) {
	p := newPort(t)
	p.Start(t)
	by := p.open(p.options)
	at := p.serve(by)
	if missing := by.Missing(); !slices.Equal(missing, names) || !by.Expires().IsZero() || by.Broken() {
		t.Errorf("missing: %v, until %v, broken: %t", missing, by.Expires(), by.Broken())
	}
	if _, _, err := shownFor(at, names[0]); err == nil {
		t.Error("something is shown before there is anything")
	}
	by.Begin(at)
	for range names {
		p.hears("a certificate is shown")
	}
	if missing := by.Missing(); missing != nil || by.Expires().Before(time.Now().Add(80*24*time.Hour)) || by.Broken() {
		t.Errorf("missing: %v, until %v, broken: %t", missing, by.Expires(), by.Broken())
	}
	for asked, want := range map[string]string{names[0]: names[0], names[1]: names[1], "": names[0], "elsewhere.example.org": names[0]} {
		if got, _, err := shownFor(at, asked); err != nil || !slices.Equal(got, []string{want}) {
			t.Errorf("who asks for %q is shown %v, %v", asked, got, err)
		}
	}
	p.Stop()
	again := p.open(p.options)
	if missing := again.Missing(); missing != nil {
		t.Errorf("at the next start these are missing: %v", missing)
	}
}

// A certificate is replaced before its end, and who comes then is shown the new one.
// Where that fails the one before holds on, and it is said.
func TestACMERenews(t *testing.T) {
	p := newPort(t)
	p.Start(t)
	// Not a name of other tests: how long to wait after a failure is the process' to know.
	name := "renewed-" + strconv.Itoa(p.number) + ".example.org"
	p.options.Names = []string{name}
	by := p.open(certs.RenewAlways(p.options, 10*time.Millisecond))
	at := p.serve(by)
	by.Begin(at)
	p.hears("a certificate is shown")
	_, first, err := shownFor(at, name)
	if err != nil {
		t.Fatal(err)
	}
	p.hears("a certificate is renewed")
	for {
		_, now, err := shownFor(at, name)
		if err != nil {
			t.Fatal(err)
		}
		if now != first {
			break
		}
		runtime.Gosched()
	}
	p.Stop()
	line := p.hears("a certificate is not renewed")
	if !strings.Contains(line, "cause=") || !strings.Contains(line, name) {
		t.Errorf("logged: %s", line)
	}
	if _, _, err := shownFor(at, name); err != nil || !by.Broken() || by.Missing() != nil {
		t.Errorf("%v, broken: %t, missing: %v", err, by.Broken(), by.Missing())
	}
}

// Where nobody answers it is said what is missing and why; who asks for it has it
// tried again at once.
func TestACMEAuthorityAway(t *testing.T) {
	p := newPort(t)
	by := p.open(p.options)
	at := p.serve(by)
	by.Begin(at)
	for _, name := range names {
		line := p.hears("no certificate")
		for _, want := range []string{name, "cause=", "next=1m0s", "do="} {
			if !strings.Contains(line, want) {
				t.Errorf("logged without %s: %s", want, line)
			}
		}
	}
	if missing := by.Missing(); !slices.Equal(missing, names) || by.Broken() {
		t.Errorf("missing: %v, broken: %t", missing, by.Broken())
	}
	p.Start(t)
	if err := by.Reload(); err != nil {
		t.Fatal(err)
	}
	for range names {
		p.hears("a certificate is shown")
	}
}

// Nodes of one name share a folder: one asks, and any of them may answer when the
// authority looks; all show what is got.
func TestACMEShared(t *testing.T) {
	p := newPort(t)
	p.Start(t)
	p.options.Names = names[:1]
	one, other := p.open(p.options), p.open(p.options)
	at := p.serve(one)
	other.Begin(at)
	one.Begin(at)
	for range 2 {
		p.hears("a certificate is shown")
	}
	if n := strings.Count(p.String(), "Issued certificate serial"); n != 1 {
		t.Errorf("the authority has given %d certificates: %s", n, p)
	}
	if one.Missing() != nil || other.Missing() != nil {
		t.Errorf("missing: %v and %v", one.Missing(), other.Missing())
	}
}

// another is set for a process of its own, which orders into that folder.
const another = "MATCHSTREAM_TEST_ORDERS_INTO"

// order has a certificate for the first name, with no port that an authority looks at.
func order(folder string) {
	p := &port{log: make(chan string, 100)}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer l.Close()
	by, err := certs.OpenACME(certs.ACMEOptions{Names: names[:1], CA: os.Getenv("CA"), Root: os.Getenv("ROOT"), Folder: folder, Log: slog.New(slog.NewTextHandler(p, nil))})
	if err != nil {
		panic(err)
	}
	defer by.Close()
	by.Begin(l.Addr())
	<-p.log // it is asked for
	fmt.Print(<-p.log)
}

// The authority may meet another node than the one that has asked: that one finds in
// the shared folder what to answer.
func TestACMEAnsweredByAnother(t *testing.T) {
	p := newPort(t)
	p.Start(t)
	p.options.Names = names[:1]
	p.serve(p.open(p.options)) // it asks for nothing itself
	asks := exec.Command(os.Args[0])
	asks.Env = append(os.Environ(), another+"="+p.options.Folder, "CA="+p.URL, "ROOT="+p.Root)
	if out, err := asks.CombinedOutput(); err != nil || !strings.Contains(string(out), "a certificate is shown") {
		t.Fatalf("%v: %s", err, out)
	}
	if missing := p.open(p.options).Missing(); missing != nil {
		t.Errorf("missing: %v", missing)
	}
}

// A lock is one node's at a time.
func TestACMELocks(t *testing.T) {
	dir := t.TempDir()
	one, other := certs.NewLocker(dir), certs.NewLocker(dir)
	if err := one.Lock(t.Context(), "x"); err != nil {
		t.Fatal(err)
	}
	if ok, err := other.TryLock(t.Context(), "x"); ok || err != nil {
		t.Errorf("two have it: %t, %v", ok, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := other.Lock(ended, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("who waits no longer is told %v", err)
	}
	if err := one.Unlock(t.Context(), "x"); err != nil {
		t.Error(err)
	}
	if err := other.Lock(t.Context(), "x"); err != nil {
		t.Error(err)
	}
	if err := other.Unlock(t.Context(), "x"); err != nil {
		t.Error(err)
	}
}

func TestACMEThatCannotBeHad(t *testing.T) {
	file := filepath.Join(t.TempDir(), "root.pem")
	if err := os.WriteFile(file, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := certs.ACMEOptions{Names: names, Folder: t.TempDir(), Log: slog.Default(), Root: file}
	if _, err := certs.OpenACME(o); err == nil || !strings.Contains(err.Error(), "expected certificates in "+file) {
		t.Error(err)
	}
	o.Root = filepath.Join(t.TempDir(), "none")
	if _, err := certs.OpenACME(o); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
