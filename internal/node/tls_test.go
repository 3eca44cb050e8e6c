package node_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"matchstream/internal/node"
	"matchstream/internal/proxy"
)

// certify puts a certificate for a name into files, and its key.
func certify(t *testing.T, name, cert, key string) {
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
	for file, b := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: c}, key: {Type: "PRIVATE KEY", Bytes: k}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// anyName believes whoever it is.
var anyName = &tls.Config{InsecureSkipVerify: true}

// shown is whose certificate a port shows.
func shown(t *testing.T, at string) string {
	t.Helper()
	c, err := tls.Dial("tcp", at, anyName)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0].DNSNames[0]
}

// With a certificate HTTP is HTTPS, by HTTP/1.1 and HTTP/2, and the line
// protocol has a port over TLS. A new certificate is shown to who comes then;
// who is there stays.
func TestTLS(t *testing.T) {
	for _, pump := range []string{"auto", "goroutine"} {
		t.Run(pump, func(t *testing.T) {
			c := config(t)
			dir := t.TempDir()
			c.Pump, c.TCPOverTLS = pump, "127.0.0.1:0"
			c.Certificate, c.Key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
			certify(t, "first", c.Certificate, c.Key)
			n := start(t, c)
			if n.Scheme() != "https" {
				t.Errorf("the scheme is %s", n.Scheme())
			}
			for major := 1; major <= 2; major++ {
				transport := &http.Transport{TLSClientConfig: anyName.Clone(), ForceAttemptHTTP2: major == 2}
				a, err := (&http.Client{Transport: transport}).Get("https://" + n.HTTPAddr() + "/1/checkin")
				if err != nil {
					t.Fatal(err)
				}
				body, _ := io.ReadAll(a.Body)
				_, plain, _ := net.SplitHostPort(n.TCPAddrs()[0])
				if a.StatusCode != 200 || a.ProtoMajor != major || !strings.Contains(string(body), `"port":`+plain+",") {
					t.Errorf("by %s: %d %s, want port %s", a.Proto, a.StatusCode, body, plain)
				}
				if _, secure, _ := net.SplitHostPort(n.TCPOverTLSAddrs()[0]); !strings.Contains(string(body), `"tls":`+secure) {
					t.Errorf("where the line protocol is over TLS is not told: %s, want port %s", body, secure)
				}
				a.Body.Close()
				transport.CloseIdleConnections()
			}
			if addrs := n.TCPOverTLSAddrs(); len(addrs) != 1 || len(n.TCPAddrs()) != 1 {
				t.Fatalf("the line protocol is at %v and %v", n.TCPAddrs(), addrs)
			}
			stays, err := tls.Dial("tcp", n.HTTPAddr(), anyName)
			if err != nil {
				t.Fatal(err)
			}
			defer stays.Close()
			stream := bufio.NewReader(stays)
			fmt.Fprint(stays, "GET /1/stream HTTP/1.1\r\nHost: x\r\n\r\n")
			if head, err := stream.ReadString('\n'); err != nil || !strings.HasPrefix(head, "HTTP/1.1 200 ") {
				t.Fatalf("%q, %v", head, err)
			}
			certify(t, "second", c.Certificate, c.Key)
			n.Reload(context.Background())
			for _, at := range []string{n.HTTPAddr(), n.TCPOverTLSAddrs()[0]} {
				if got := shown(t, at); got != "second" {
					t.Errorf("%s shows the certificate of %s", at, got)
				}
			}
			if err := os.WriteFile(c.Key, []byte("no key"), 0o600); err != nil {
				t.Fatal(err)
			}
			n.Reload(context.Background())
			if got := shown(t, n.HTTPAddr()); got != "second" {
				t.Errorf("with a broken key the certificate of %s is shown", got)
			}
			if _, metrics := get(t, "http://"+n.AdminAddr()+"/metrics"); !strings.Contains(metrics, "matchstream_certificate_broken 1\n") {
				t.Error("the metrics do not say that the certificate is broken")
			}
			line, err := tls.Dial("tcp", n.TCPOverTLSAddrs()[0], anyName)
			if err != nil {
				t.Fatal(err)
			}
			defer line.Close()
			fmt.Fprint(line, "VERSION:1:CONNECT:ann:MATCH:a-b-2026-11-29\n")
			if got, _ := io.ReadAll(line); string(got) != "ERROR: match not found: a-b-2026-11-29\n\r\n" {
				t.Errorf("told %q", got)
			}
			if err := n.Shutdown(context.Background()); err != nil {
				t.Error(err)
			}
			if rest, err := io.ReadAll(stream); err != nil || !strings.Contains(string(rest), "retry:") {
				t.Errorf("who stayed was told %q, %v", rest, err)
			}
		})
	}
}

func TestTLSThatCannotBeHad(t *testing.T) {
	for want, change := range map[string]func(*node.Config){
		"expected a certificate with its key": func(c *node.Config) { c.Certificate = "cert.pem" },
		"expected a certificate in a file, or names to ask": func(c *node.Config) {
			c.Certificate, c.Key, c.ACME.Names = "cert.pem", "key.pem", []string{"a.example.org"}
		},
		"expected a certificate for the line protocol":      func(c *node.Config) { c.TCPOverTLS = "127.0.0.1:0" },
		"the certificate cannot be read: open /nowhere.pem": func(c *node.Config) { c.Certificate, c.Key = "/nowhere.pem", "/nowhere.pem" },
	} {
		c := config(t)
		change(&c)
		if n, err := node.Start(context.Background(), c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
			if err == nil {
				n.Shutdown(context.Background())
			}
		}
	}
}

// Who comes by a proxy is answered, and logged, as himself.
func TestBehindProxy(t *testing.T) {
	for _, pump := range []string{"auto", "goroutine"} {
		t.Run(pump, func(t *testing.T) {
			c := config(t)
			c.Pump, c.AccessLog = pump, filepath.Join(t.TempDir(), "access.log")
			var err error
			if c.TrustProxy, err = proxy.ParseNetworks("127.0.0.1"); err != nil {
				t.Fatal(err)
			}
			n := start(t, c)
			base := "http://" + n.HTTPAddr()
			if status, _ := get(t, base+"/readyz"); status != 200 {
				t.Errorf("/readyz of the proxy itself is answered %d", status)
			}
			if status, body := get(t, base+"/1/matches"); status != 400 || !strings.Contains(body, "header.X-Forwarded-For") {
				t.Errorf("a request of nobody is answered %d %s", status, body)
			}
			if status, body := get(t, base+"/1/checkin", "X-Forwarded-For", "192.0.2.7", "X-Forwarded-Host", "matches.example"); status != 200 || !strings.Contains(body, `"host":"matches.example"`) {
				t.Errorf("answered %d %s", status, body)
			}
			n.Shutdown(context.Background())
			log, err := os.ReadFile(c.AccessLog)
			if err != nil || !strings.Contains(string(log), `"192.0.2.7:0"`) && !strings.Contains(string(log), `"192.0.2.7"`) {
				t.Errorf("the access log has %s, %v", log, err)
			}
		})
	}
}
