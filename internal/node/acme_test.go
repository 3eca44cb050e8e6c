package node_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"matchstream/internal/certs/acmetest"
	"matchstream/internal/node"
)

// lines of a log, for who waits for one.
type lines chan string

func (l lines) Write(line []byte) (int, error) {
	select {
	case l <- string(line):
	default: // nobody waits for so many
	}
	return len(line), nil
}

func (l lines) hears(t *testing.T, has string) {
	t.Helper()
	for line := range l {
		t.Log(line)
		if strings.Contains(line, has) {
			return
		}
		if strings.Contains(line, "level=ERROR") {
			t.Fatalf("before %q it is said %s", has, line)
		}
	}
}

// A node that is to have its certificate from an authority starts without one, says
// so, and lets nobody in by TLS who could not know us; when the authority is there
// it looks at the HTTPS port, by either pump, and all TLS ports show what it gave.
func TestACME(t *testing.T) {
	for _, pump := range []string{"auto", "goroutine"} {
		t.Run(pump, func(t *testing.T) {
			port := acmetest.FreePort(t)
			authority := acmetest.New(t, port)
			c, said := config(t), make(lines, 1000)
			c.Pump, c.TCPOverTLS, c.HTTP = pump, "127.0.0.1:0", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
			c.ACME = node.ACMEOptions{Names: []string{"a.example.org"}, CA: authority.URL, Root: authority.Root}
			c.Log = slog.New(slog.NewTextHandler(said, nil))
			n := start(t, c)
			said.hears(t, "no certificate")
			for _, at := range []string{n.HTTPAddr(), n.TCPOverTLSAddrs()[0]} {
				if c, err := tls.Dial("tcp", at, anyName); err == nil {
					c.Close()
					t.Errorf("%s shows a certificate before there is one", at)
				}
			}
			plain, err := net.Dial("tcp", n.TCPAddrs()[0])
			if err != nil {
				t.Fatal(err)
			}
			defer plain.Close()
			fmt.Fprint(plain, "VERSION:1:CONNECT:ann:MATCH:a-b-2026-11-29\n")
			if got, err := bufio.NewReader(plain).ReadString('\n'); got != "ERROR: match not found: a-b-2026-11-29\n" {
				t.Errorf("without TLS one is told %q, %v", got, err)
			}
			expect(t, n, "certificates_missing 1", "certificate_broken 0", "certificate_expires_seconds 0")
			authority.Start(t)
			n.Reload(context.Background())
			said.hears(t, "a certificate is shown")
			for _, at := range []string{n.HTTPAddr(), n.TCPOverTLSAddrs()[0]} {
				if got := shown(t, at); got != "a.example.org" {
					t.Errorf("%s shows the certificate of %s", at, got)
				}
			}
			transport := &http.Transport{TLSClientConfig: anyName.Clone(), ForceAttemptHTTP2: true}
			a, err := (&http.Client{Transport: transport}).Get("https://" + n.HTTPAddr() + "/readyz")
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(a.Body)
			a.Body.Close()
			transport.CloseIdleConnections()
			if a.StatusCode != 200 || a.ProtoMajor != 2 || strings.Contains(string(body), "warnings") {
				t.Errorf("by %s: %d %s", a.Proto, a.StatusCode, body)
			}
			expect(t, n, "certificates_missing 0", "certificate_broken 0")
			authority.Stop()
			if err := n.Shutdown(context.Background()); err != nil {
				t.Error(err)
			}
			if got := shown(t, start(t, c).HTTPAddr()); got != "a.example.org" {
				t.Errorf("after a restart the certificate of %s is shown", got)
			}
		})
	}
}

// expect that the metrics have these.
func expect(t *testing.T, n *node.Node, metrics ...string) {
	t.Helper()
	_, has := get(t, "http://"+n.AdminAddr()+"/metrics")
	for _, m := range metrics {
		if !strings.Contains(has, "\nmatchstream_"+m+"\n") {
			t.Errorf("the metrics have no %s", m)
		}
	}
}
