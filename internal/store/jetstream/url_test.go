package jetstream

import (
	"strings"
	"testing"
)

func TestURL(t *testing.T) {
	for text, want := range map[string]servers{
		"nats://a":                              {scheme: "nats", hosts: []string{"a:4222"}},
		"nats://a:1,b:2, c":                     {scheme: "nats", hosts: []string{"a:1", "b:2", "c:4222"}},
		"tls://a/":                              {scheme: "tls", hosts: []string{"a:4222"}},
		"nats://me:se@cr%3Aet@a,b":              {scheme: "nats", user: "me", password: "se@cr:et", hosts: []string{"a:4222", "b:4222"}},
		"nats://me:secret@a,nats://me:secret@b": {scheme: "nats", user: "me", password: "secret", hosts: []string{"a:4222", "b:4222"}},
		"nats://token@a":                        {scheme: "nats", password: "token", hosts: []string{"a:4222"}},
		"nats://[::1]:4222,[::1]":               {scheme: "nats", hosts: []string{"[::1]:4222", "[::1]:4222"}},
	} {
		got, err := parseURL(text)
		if err != nil || got.String() != want.String() || got.user != want.user || got.password != want.password {
			t.Errorf("%s is %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "nats://", "http://a", "nats://a:x", "nats://a:99999", "nats://a:1:2", "nats://a,,b", "nats://::1",
		"nats://u:hush@a,u:other@b", "nats://u:hush%zz@a", "nats://u:hush@", "nats://u:hush@a?x", "nats://u:hush@a b", "nats://u:hush,sh@a", "nats://u:hush@b,c/hush@d", "nats://u:hush/,@b"} {
		if got, err := parseURL(text); err == nil || strings.Contains(err.Error(), "hush") || !strings.Contains(err.Error(), "expected nats://") {
			t.Errorf("%q is %+v, %v", text, got, err)
		}
	}
}

// FuzzURL: what is taken is whole, and what is shown has no login in it.
func FuzzURL(f *testing.F) {
	for _, text := range []string{"nats://me:secret@a:4222,b", "tls://token@[::1]", "nats://%zz@a", "nats://a,tls://b"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parseURL(text)
		if err != nil {
			return
		}
		if len(s.hosts) == 0 || strings.Contains(s.String(), "@") {
			t.Fatalf("%q is shown as %s", text, s)
		}
		again, err := parseURL(s.String())
		if err != nil || again.String() != s.String() {
			t.Fatalf("%q is shown as %s, which is %s, %v", text, s, again, err)
		}
	})
}
