package jetstream

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/nats-io/nats.go"
)

// servers is what stands in a URL of several.
type servers struct {
	scheme         string
	user, password string // password alone: a token
	hosts          []string
}

// defaultPort is NATS' own.
const defaultPort = "4222"

var errURL = errors.New("expected nats://user:password@host:4222,host:4222 or tls://…")

// parseURL reads it. Its errors have neither user nor password.
func parseURL(text string) (s servers, err error) {
	if !isNATS(text) {
		return s, fmt.Errorf("the store's address is none of NATS: %w", errURL)
	}
	rest := ""
	s.scheme, rest, _ = strings.Cut(text, "://")
	for _, part := range strings.Split(rest, ",") {
		part = strings.TrimSpace(part)
		if inner, ok := strings.CutPrefix(part, s.scheme+"://"); ok { // as nats.go takes it, too
			part = inner
		}
		if login, host, ok := cutLast(part, "@"); ok {
			if err := s.login(login); err != nil {
				return servers{}, err
			}
			part = host
		}
		part = strings.TrimSuffix(part, "/")
		host, err := hostPort(part)
		if err != nil {
			if strings.Contains(text, "@") { // it may be of a password, as pa is in nats://me:pa,ss@a
				return servers{}, fmt.Errorf("the store's address has a server that is none (a password with signs like , / @ has to be written with %%XX): %w", errURL)
			}
			return servers{}, fmt.Errorf("the store's address has a server %q: %w", part, errURL)
		}
		s.hosts = append(s.hosts, host)
	}
	return s, nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return "", s, false
}

// login of all servers; where it stands more than once it must be the same.
func (s *servers) login(text string) error {
	name, word, both := strings.Cut(text, ":")
	user, err := url.PathUnescape(name)
	password, bad := url.PathUnescape(word)
	if err != nil || bad != nil {
		return fmt.Errorf("user or password of the store's address: what follows a %% must be two digits of hex: %w", errURL)
	}
	if !both {
		user, password = "", user
	}
	if (s.user != "" || s.password != "") && (s.user != user || s.password != password) {
		return fmt.Errorf("the servers of the store's address have different users or passwords: %w", errURL)
	}
	s.user, s.password = user, password
	return nil
}

var errServer = errors.New("expected host or host:port")

// hostPort adds the port. Its error shows nothing of the text.
func hostPort(text string) (string, error) {
	if text == "" || strings.ContainsAny(text, "/?#@ \t\r\n") {
		return "", errServer
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil { // no port
		host, port = strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"), defaultPort
		if strings.Contains(host, ":") && host == text {
			return "", errServer
		}
	}
	if _, err := net.LookupPort("tcp", port); err != nil || host == "" || port == "" || strings.ContainsAny(host, "[]") {
		return "", errServer
	}
	return net.JoinHostPort(host, port), nil
}

// plain is what nats.go is given, without the login.
func (s servers) plain() string {
	var all []string
	for _, h := range s.hosts {
		all = append(all, s.scheme+"://"+h)
	}
	return strings.Join(all, ",")
}

// String names the servers, without the login.
func (s servers) String() string { return s.scheme + "://" + strings.Join(s.hosts, ",") }

func (s servers) options() (o []nats.Option) {
	switch {
	case s.user != "":
		o = append(o, nats.UserInfo(s.user, s.password))
	case s.password != "":
		o = append(o, nats.Token(s.password))
	}
	if s.scheme == "tls" {
		o = append(o, nats.Secure())
	}
	return o
}
