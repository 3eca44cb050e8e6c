package redis

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// expected is what every error about the URL ends with.
const expected = "expected redis://user:password@host:6379/0?prefix=name, or rediss:// with TLS"

const defaultPrefix = "matchstream"

var prefixes = regexp.MustCompile(`^[a-z0-9_-]{1,64}$`)

// target is what a URL says.
type target struct {
	address        string // host:port
	user, password string
	db             int
	prefix         string
	tls            *tls.Config // nil: none
}

// String is the target as it may be logged: without the password.
func (t target) String() string {
	scheme := "redis"
	if t.tls != nil {
		scheme = "rediss"
	}
	return fmt.Sprintf("%s://%s/%d?prefix=%s", scheme, t.address, t.db, t.prefix)
}

// parseURL reads
//
//	redis://[[user]:password@]host[:port][/db][?prefix=name]
//
// Port 6379, database 0 and prefix "matchstream" are the defaults; rediss is with
// TLS. No error shows the user or the password.
func parseURL(raw string) (t target, err error) {
	fail := func(format string, args ...any) (target, error) {
		return target{}, fmt.Errorf("store: "+format+": "+expected, args...)
	}
	u, err := url.Parse(raw)
	if err != nil || u.User == nil && strings.Contains(raw, "@") || strings.Contains(u.Path+u.RawQuery+u.Fragment, "@") {
		// The error has the whole URL in it, and any part may be of a password.
		return fail("this is no URL (a password with signs like / @ : # %% has to be written with %%XX)")
	}
	if u.Scheme != "redis" && u.Scheme != "rediss" {
		return fail("unknown scheme %q", u.Scheme)
	}
	host, port := u.Hostname(), u.Port()
	_, notIP := netip.ParseAddr(host)
	if host == "" || strings.ContainsAny(host, ", []") || strings.Contains(host, ":") && notIP != nil {
		return fail("host %q: one host name or address is needed", host)
	}
	if port == "" {
		port = "6379"
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return fail("port %q", port)
	}
	t = target{address: net.JoinHostPort(host, port), prefix: defaultPrefix}
	if u.User != nil {
		t.user = u.User.Username()
		t.password, _ = u.User.Password()
		if t.password == "" {
			return fail("a user without a password")
		}
	}
	if db := strings.TrimPrefix(u.Path, "/"); db != "" {
		if t.db, err = strconv.Atoi(db); err != nil || t.db < 0 || strconv.Itoa(t.db) != db {
			return fail("database %q: a number from 0 on is needed", db)
		}
	}
	if u.Fragment != "" {
		return fail("something behind #")
	}
	if u.Scheme == "rediss" {
		t.tls = &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host}
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return fail("options that cannot be read")
	}
	for name, values := range query {
		if err := t.option(name, values); err != nil {
			return fail("%w", err)
		}
	}
	return t, nil
}

func (t *target) option(name string, values []string) error {
	if len(values) != 1 {
		return fmt.Errorf("option %s is given %d times", name, len(values))
	}
	switch value := values[0]; name {
	case "prefix":
		if !prefixes.MatchString(value) {
			return fmt.Errorf("prefix %q: 1 to 64 of a-z 0-9 _ - are needed", value)
		}
		t.prefix = value
	case "sentinel":
		return errors.New("a Sentinel is not supported: give the address of the master, or of a proxy that follows it")
	default:
		return fmt.Errorf("unknown option %q (known: prefix)", name)
	}
	return nil
}
