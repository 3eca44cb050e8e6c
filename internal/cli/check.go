package cli

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"matchstream/internal/auth"
	"matchstream/internal/logging"
	"matchstream/internal/node"
	"matchstream/internal/poll"
	"matchstream/internal/proxy"
)

// config checks the settings and makes a node's configuration of them. where
// says where a setting's value comes from, for the messages; all that is wrong
// is told at once.
func (c *serveCommand) config(where func(name string) string) (node.Config, error) {
	var wrong []error
	expect := func(ok bool, name, expected string, got any) {
		if ok {
			return
		}
		from := ""
		if w := where(name); w != "flag" && w != "default" {
			from = " (in " + w + ")"
		}
		wrong = append(wrong, fmt.Errorf("--%s%s: expected %s, got %v", name, from, expected, got))
	}
	expect(c.Data != "", "data", "a folder", `""`)
	expect(c.Pump == "auto" || c.Pump == "goroutine" || c.Pump == "epoll" && poll.Supported, "pump", pumps(), c.Pump)
	expect(node.CheckStore(c.Store) == "", "store", node.CheckStore(c.Store), node.MaskStore(c.Store))
	expect(!node.IsOrigin(c.Store) || c.Keep == 0, "keep", "0 at an edge: its origin decides what is kept", c.Keep)
	node.CheckEdge(c.Store, c.EdgeWrites, c.EdgeToken, expect)
	expect(c.Replicas >= 0 && c.Replicas <= 5, "replicas", "0 (as many as fit) to 5", c.Replicas)
	expect((c.StoreCert == "") == (c.StoreKey == ""), "store-cert", "a file together with --store-key, or neither", fmt.Sprintf("%q and %q", c.StoreCert, c.StoreKey))
	storeOptions := node.StoreOptions{Replicas: c.Replicas, Creds: c.StoreCreds, CA: c.StoreCA, Cert: c.StoreCert, Key: c.StoreKey}
	if node.CheckStore(c.Store) == "" {
		storeOptions.Check(c.Store, c.ClusterPeers != "", expect)
	}
	cluster := node.ClusterOptions{Listen: c.ClusterListen, Peers: c.ClusterPeers, Secret: c.ClusterSecret, Insecure: c.ClusterInsecure}
	cluster.Check(c.Node, c.Store, expect)
	expect(isAddress(c.HTTP, false), "http", "an address like :8888 or 192.0.2.1:8888", c.HTTP)
	expect(isAddress(c.TCP, true), "tcp", "an address like :9999, or a range like :9100-9103 with the lower port first", c.TCP)
	expect(isAddress(c.Admin, false), "admin", "an address like 127.0.0.1:8889", c.Admin)
	if err := node.CheckName(c.Node); c.Node != "" && c.ClusterPeers == "" && err != nil { // in a cluster it has a rule of its own
		expect(false, "node", "a name of 1 to 63 letters, digits, dots, - and _, with a letter or digit at both ends", c.Node)
	}
	if err := node.CheckAdvertise(c.Advertise); err != nil {
		expect(false, "advertise", err.Error(), c.Advertise)
	}
	var trusted proxy.Networks
	if c.TrustProxy != "" {
		var err error
		trusted, err = proxy.ParseNetworks(c.TrustProxy)
		expect(err == nil, "trust-proxy", "networks like 10.1.0.0/16,192.0.2.7", err)
	}
	expect(c.HandshakeTimeout > 0, "handshake-timeout", "more than 0", c.HandshakeTimeout)
	expect(c.SendTimeout > 0, "send-timeout", "more than 0", c.SendTimeout)
	expect(c.Heartbeat > 0, "heartbeat", "more than 0", c.Heartbeat)
	expect(c.Lag >= 0, "lag", "0 or more events", c.Lag)
	expect(c.MaxConnections >= 0, "max-connections", "0 (no limit) or more", c.MaxConnections)
	expect(c.MaxConnectionsPerIP >= 0, "max-connections-per-ip", "0 (no limit) or more", c.MaxConnectionsPerIP)
	expect(c.Users >= 0 && c.Users <= node.MaxUsers, "users", fmt.Sprintf("0 (none) to %d", node.MaxUsers), c.Users)
	if _, err := logging.ParseLevels(c.LogLevel); err != nil {
		expect(false, "log-level", "levels like info or warn,pump=debug", err)
	}
	expect(c.LogFormat == "text" || c.LogFormat == "json", "log-format", "text or json", c.LogFormat)
	expect(c.MaxAge == 0 || c.MaxAge >= leastAge, "max-age", "0 (any age), or 10s or more", c.MaxAge)
	expect(c.Drain >= 0, "drain", "0 or more", c.Drain)
	expect(c.DrainDelay >= 0, "drain-delay", "0 or more", c.DrainDelay)
	expect((c.TLSCert == "") == (c.TLSKey == ""), "tls-key", "it together with --tls-cert", "one without the other")
	expect(c.TCPTLS == "" || isAddress(c.TCPTLS, true), "tcp-tls", "an address like :9443, or a range with the lower port first", c.TCPTLS)
	acme := node.ACMEOptions{Names: node.ParseNames(c.TLSNames), Email: c.TLSEmail, CA: c.TLSCA, Root: c.TLSCARoot, Folder: c.TLSDir}
	acme.Check(c.TLSCert != "" || c.TLSKey != "", expect)
	expect(c.TCPTLS == "" || c.TLSCert != "" || len(acme.Names) > 0, "tcp-tls", "--tls-cert and --tls-key with it, or --tls-names", "neither")
	if a, b, clash := sharedPort(c.HTTP, c.TCP, c.TCPTLS, c.Admin); clash {
		wrong = append(wrong, fmt.Errorf("--http, --tcp, --tcp-tls and --admin: expected different ports, but %s and %s meet", a, b))
	}
	token, err := operatorToken()
	if err != nil {
		wrong = append(wrong, err)
	}
	edgeToken, err := edgeToken(c.EdgeToken)
	expect(err == nil, "edge-token", "a file with one token in it", err)
	return node.Config{
		Data: c.Data, Store: c.Store, StoreOptions: storeOptions,
		EdgeWrites: c.EdgeWrites, EdgeToken: edgeToken, Name: c.Node, Cluster: cluster,
		HTTP: c.HTTP, TCP: c.TCP, TCPOverTLS: c.TCPTLS, Admin: c.Admin,
		Certificate: c.TLSCert, Key: c.TLSKey, ACME: acme, TrustProxy: trusted,
		Advertise: c.Advertise, Tokens: c.Tokens, OperatorToken: token,
		HandshakeTimeout: c.HandshakeTimeout, SendTimeout: c.SendTimeout, Pump: c.Pump, Heartbeat: c.Heartbeat, Lag: c.Lag,
		MaxConnections: c.MaxConnections, MaxPerIP: c.MaxConnectionsPerIP, Users: c.Users,
		Keep: time.Duration(c.Keep), AccessLog: c.AccessLog, MaxAge: c.MaxAge, Drain: c.Drain, DrainDelay: c.DrainDelay, Version: version(),
	}, errors.Join(wrong...)
}

// leastAge is what --max-age may be: who is told to come back is to be there for a
// while in between.
const leastAge = 10 * time.Second

// pumps that there are on this system.
func pumps() string {
	if poll.Supported {
		return "auto, epoll or goroutine"
	}
	return "auto or goroutine (epoll needs Linux)"
}

// operatorToken is the operator's token of the environment; "" for none. The
// error does not show it.
func operatorToken() (string, error) {
	text := os.Getenv(operatorTokenVariable)
	switch n := utf8.RuneCountInString(text); {
	case text == "":
		return "", nil
	case n < auth.MinText:
		return "", fmt.Errorf("%s: expected at least %d characters, got %d", operatorTokenVariable, auth.MinText, n)
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "", fmt.Errorf("%s: expected printable ASCII without spaces, since it stands in a header", operatorTokenVariable)
	}
	return text, nil
}

// edgeToken is what a file holds; "" for no file. The error does not show it.
func edgeToken(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	token := strings.TrimSpace(string(text))
	if token == "" || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", fmt.Errorf("what is in %s is none", file)
	}
	return token, nil
}

// isAddress says whether a is host:port, or host:first-last where a range may be.
func isAddress(a string, mayBeRange bool) bool {
	host, first, last, err := node.Ports(a)
	return err == nil && (mayBeRange || first == last && !strings.Contains(a[len(host):], "-")) && isHost(host)
}

func isHost(h string) bool {
	return net.ParseIP(h) != nil || !strings.ContainsFunc(h, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(`/:?#@[]\`, r)
	})
}

// sharedPort finds two addresses that cannot both be listened on. Malformed
// ones and port 0 (any free one) clash with nothing.
func sharedPort(addresses ...string) (string, string, bool) {
	for i, a := range addresses {
		hostA, firstA, lastA, err := node.Ports(a)
		if err != nil || firstA == 0 {
			continue
		}
		for _, b := range addresses[i+1:] {
			hostB, firstB, lastB, err := node.Ports(b)
			if err == nil && firstB != 0 && firstA <= lastB && firstB <= lastA && (hostA == hostB || hostA == "" || hostB == "") {
				return a, b, true
			}
		}
	}
	return "", "", false
}
