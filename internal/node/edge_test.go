package node_test

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"matchstream/internal/node"
	"matchstream/internal/proxy"
)

// An origin may take an edge for a proxy, so that it knows for whom the writes are that
// the edge forwards: the edge's own requests are let in, too.
func TestAnEdgeThatIsTrusted(t *testing.T) {
	trusted, err := proxy.ParseNetworks("127.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	c := config(t)
	c.OperatorToken, c.TrustProxy = operator, trusted
	origin := start(t, c)
	c = config(t)
	c.Store, c.EdgeWrites = "http://"+origin.HTTPAddr(), "forward"
	edge := start(t, c)
	waits(t, "the edge knows its origin", func() bool {
		status, _ := get(t, "http://"+edge.HTTPAddr()+"/readyz")
		return status == http.StatusOK
	})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://"+edge.HTTPAddr()+"/1/team/elp", strings.NewReader(`{"name":"Estudiantes"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+operator)
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	a.Body.Close()
	if a.StatusCode != http.StatusCreated {
		t.Errorf("a write by the edge: %s", a.Status)
	}
}

// What has a token with it goes to an origin by TLS only: a node that was to send
// one openly does not start. The context has ended: nothing is sent here either way.
func TestNoTokenInTheOpen(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for what, set := range map[string]func(*node.Config){
		"the audience cannot be reported": func(c *node.Config) { c.EdgeToken = "the-token-of-an-edge" },
		"writes cannot be forwarded":      func(c *node.Config) { c.EdgeWrites = "forward" },
	} {
		c := config(t)
		c.Store = "http://192.0.2.1"
		set(&c)
		n, err := node.Start(ctx, c)
		if err == nil {
			n.Shutdown(t.Context())
		}
		if err == nil || !strings.Contains(err.Error(), what) || !strings.Contains(err.Error(), "https://") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// --store-ca is for an origin, too.
func TestAnOriginOfAnAuthorityOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	certify(t, "localhost", cert, key)
	c := config(t)
	c.Certificate, c.Key = cert, key
	_, port, _ := strings.Cut(start(t, c).HTTPAddr(), ":")
	c = config(t)
	c.Store, c.StoreOptions.CA = "https://localhost:"+port, cert
	edge := start(t, c)
	waits(t, "the edge knows its origin", func() bool {
		status, _ := get(t, "http://"+edge.HTTPAddr()+"/readyz")
		return status == http.StatusOK
	})
}

// Certificates that cannot be used are told of at the start.
func TestCertificatesForAnOrigin(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	certify(t, "localhost", cert, key)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for want, c := range map[string]struct {
		store   string
		options node.StoreOptions
	}{
		"no such file":      {"https://192.0.2.1", node.StoreOptions{CA: filepath.Join(dir, "nope")}},
		"has none (PEM)":    {"https://192.0.2.1", node.StoreOptions{CA: key}},
		"its key":           {"https://192.0.2.1", node.StoreOptions{Cert: cert, Key: cert}},
		"expected https://": {"http://192.0.2.1", node.StoreOptions{CA: cert}},
	} {
		config := config(t)
		config.Store, config.StoreOptions = c.store, c.options
		n, err := node.Start(ctx, config)
		if err == nil {
			n.Shutdown(t.Context())
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, expected %q", err, want)
		}
	}
}
