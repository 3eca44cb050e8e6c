package lab

import (
	"net/netip"
	"strings"
	"testing"
)

func TestAllowed(t *testing.T) {
	for _, c := range []struct {
		allowed, host, at string
		ok                bool
	}{
		{"", "10.0.0.1", "10.0.0.1:22", true},
		{"192.0.2.7", "192.0.2.7", "192.0.2.7:22", true},
		{"192.0.2.7", "192.0.2.8", "192.0.2.8:22", false},
		{"192.0.2.7:8888", "192.0.2.7", "192.0.2.7:8888", true},
		{"192.0.2.7:8888", "192.0.2.7", "192.0.2.7:22", false},
		{"192.0.2.0/24", "192.0.2.255", "192.0.2.255:1", true},
		{"192.0.2.0/24", "192.0.3.0", "192.0.3.0:1", false},
		{"192.0.2.0/24:80", "192.0.2.1", "192.0.2.1:80", true},
		{"192.0.2.0/24:80", "192.0.2.1", "192.0.2.1:81", false},
		{"192.0.2.0/24", "::ffff:192.0.2.1", "[::ffff:192.0.2.1]:80", true},
		{"10.0.0.0/8,192.0.2.7", "192.0.2.7", "192.0.2.7:22", true},
		{"2001:db8::/32", "2001:db8::1", "[2001:db8::1]:80", true},
		{"[2001:db8::/32]:80", "2001:db8::1", "[2001:db8::1]:80", true},
		{"[2001:db8::1]:80", "2001:db8::1", "[2001:db8::1]:81", false},
		{"2001:db8::1", "2001:db8::1", "[2001:db8::1]:81", true},
		{"[2001:db8::1]", "2001:db8::2", "[2001:db8::2]:81", false},
		{"There.example", "there.example.", "192.0.2.7:22", true},       // by its name: nothing is looked up
		{"there.example:80", "there.example", "192.0.2.7:22", false},    // another port
		{"127.0.0.0/8", "there.example", "192.0.2.7:22", false},         // what it is counts
		{"192.0.2.0/24", "there.example", "192.0.2.7:22", true},         // also here
		{"localhost", "127.0.0.1", "127.0.0.1:22", true},                // that is localhost
		{"localhost", "there.localhost.example", "192.0.2.7:22", false}, // no part of a name
		{"127.0.0.0/8", "0.0.0.0", "0.0.0.0:22", false},
	} {
		var texts []string
		if c.allowed != "" {
			texts = strings.Split(c.allowed, ",")
		}
		all, err := ParseAllowed(texts)
		if err != nil {
			t.Fatal(err)
		}
		if err := all.Check(t.Context(), c.host, netip.MustParseAddrPort(c.at)); (err == nil) != c.ok {
			t.Errorf("%s to %s at %s: %v", c.allowed, c.host, c.at, err)
		}
	}
}

func TestNotAllowed(t *testing.T) {
	for _, text := range []string{"", "*", ":80", "host:", "host:0", "host:70000", "host:http", "192.0.2.0/33", "192.0.2.256", "http://host", "a b", "::ffff:192.0.2.0/104", "[::1]:0", "[2001:db8::1", "2001:db8::1]"} {
		if all, err := ParseAllowed([]string{text}); err == nil {
			t.Errorf("%q is %+v", text, all)
		}
	}
}
