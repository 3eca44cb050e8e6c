package redis

import (
	"strings"
	"testing"
)

// noSecret holds that an error does not show the password.
func noSecret(t *testing.T, err error) {
	t.Helper()
	if err == nil || strings.Contains(err.Error(), "sEcReT") {
		t.Fatalf("error %v", err)
	}
}

func TestParseURL(t *testing.T) {
	for raw, want := range map[string]target{
		"redis://localhost":                       {address: "localhost:6379", prefix: "matchstream"},
		"redis://h:1/":                            {address: "h:1", prefix: "matchstream"},
		"redis://:sEcReT@h:7000/3":                {address: "h:7000", password: "sEcReT", db: 3, prefix: "matchstream"},
		"redis://u:s%40%2F@[::1]:7/0?prefix=a-b_": {address: "[::1]:7", user: "u", password: "s@/", prefix: "a-b_"},
	} {
		got, err := parseURL(raw)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", raw, got, err, want)
		}
		if strings.Contains(got.String(), "sEcReT") {
			t.Errorf("%s is shown as %s", raw, got)
		}
	}
	got, err := parseURL("rediss://u:p@example.com/1")
	if err != nil || got.tls == nil || got.tls.ServerName != "example.com" || got.String() != "rediss://example.com:6379/1?prefix=matchstream" {
		t.Errorf("rediss: %+v, %v", got, err)
	}
	for _, raw := range []string{
		"", "redis", "redis://", "http://u:sEcReT@h", "redis://u:sEcReT@", "redis://u:sEcReT@h:x", "redis://u:sEcReT@h:0", "redis://u:sEcReT@h:65536",
		"redis://u:sEcReT@a,b", "redis://u:sEcReT/x@h", "redis://u:1/sEcReT@h", "redis://u:1?sEcReT@h", "redis://u:1#sEcReT@h", "redis://u:%zzsEcReT@h", "redis://u:1@x/sEcReT@h", "redis://u:1@x?sEcReT@h", "redis://u:1@x?prefix=sEcReT@h", "redis://u:sEcReT@h/x", "redis://u:sEcReT@h/-1", "redis://u:sEcReT@h/01", "redis://u:sEcReT@h/1/2",
		"redis://u@h", "redis://h#x", "redis://u:sEcReT@h?prefix=", "redis://u:sEcReT@h?prefix=A", "redis://h?prefix=a&prefix=b", "redis://h?prefix=}",
		"redis://u:sEcReT@h?sentinel=x", "redis://u:sEcReT@h?nix=1", "redis://h?prefix=%zz",
	} {
		_, err := parseURL(raw)
		noSecret(t, err)
		if !strings.Contains(err.Error(), "expected redis://") {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func FuzzParseURL(f *testing.F) {
	for _, raw := range []string{"redis://u:p@h:1/2?prefix=a", "rediss://h", "redis://[::1]", "x"} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := parseURL(raw)
		if err != nil {
			return
		}
		again, err := parseURL(got.String())
		if err != nil || again.address != got.address || again.db != got.db || again.prefix != got.prefix || (again.tls == nil) != (got.tls == nil) {
			t.Fatalf("%q is %s, which is %+v, %v", raw, got, again, err)
		}
	})
}
