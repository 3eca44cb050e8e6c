package node_test

import (
	"strings"
	"testing"

	"matchstream/internal/node"
)

func TestMaskStore(t *testing.T) {
	for store, want := range map[string]string{
		"embedded":                          "embedded",
		"nats://a:4222,b:4222":              "nats://a:4222,b:4222",
		"nats://me:secret@a:4222,b:4222":    "nats://me:********@a:4222,b:4222",
		"nats://secret@a:4222,b":            "nats://********@a:4222,b",
		"tls://me:secret@a,me:secret@b":     "tls://me:********@a,me:********@b",
		"nats://me:se@cr:et@a":              "nats://me:********@a",
		"redis://:secret@a:6379/0":          "redis://:********@a:6379/0",
		"rediss://me:se@cr:et@a/1?prefix=b": "rediss://me:********@a/1?prefix=b",
		"redis://a:6379?password=secret":    "redis://a:6379?********",
		"redis://a:6379?db=1":               "redis://a:6379?db=1",
		"redis://:hu,sh@a:6379/0":           "redis://:********@a:6379/0",
		"redis://me:hu/sh@a":                "redis://me:********@a",
		"redis://me:hu?sh@a":                "redis://********",
		"redis://me:hu@sh,me:hu@a":          "redis://me:********@a",
		"redis://a?password=hu@sh":          "redis://********",
		"redis://a?token=hu?sh":             "redis://a?********",
		"nats://me:hu,sh@a:4222":            "nats://me:********@a:4222",
		"nats://me:hu,sh@a:4222,b":          "nats://me:********@a:4222,b",
		"nats://me:hu@sh,hush@a":            "nats://me:********@a",
		"nats://hu,sh@a":                    "nats://********@a",
		"nats://hu,sh:hush@a":               "nats://********@a",
		"nats://me:x@a,b,me:x@c,d":          "nats://me:********@a,b,me:********@c,d",
		"https://me:hush@origin":            "https://me:********@origin",
		"https://hush@origin/x":             "https://********@origin/x",
		"me:hush@a:4222":                    "********",
		"me:hush@nats://a":                  "********",
		"https://origin.example/?token=%zz": "https://origin.example/?********",
	} {
		if got := node.MaskStore(store); got != want {
			t.Errorf("%s is shown as %s, want %s", store, got, want)
		}
	}
}

func TestCheckStore(t *testing.T) {
	for store, good := range map[string]bool{"embedded": true, "nats://a": true, "tls://a,b": true, "": false, "memory": false, "redi://a": false, "redis://a": true, "rediss://a": true} {
		if got := node.CheckStore(store); (got == "") != good {
			t.Errorf("%q: expected %q", store, got)
		}
	}
}

// What is given and would have no effect is told of.
func TestStoreSettings(t *testing.T) {
	for _, c := range []struct {
		store, wrong string
		peers        bool
		options      node.StoreOptions
	}{
		{"embedded", "", false, node.StoreOptions{}},
		{"embedded", "replicas store-creds store-ca store-cert store-key", false, node.StoreOptions{Replicas: 3, Creds: "a", CA: "b", Cert: "c", Key: "d"}},
		{"embedded", "", true, node.StoreOptions{Replicas: 3}},
		{"nats://a", "", false, node.StoreOptions{Replicas: 3, Creds: "a", CA: "b", Cert: "c", Key: "d"}},
		{"rediss://a", "replicas store-creds", false, node.StoreOptions{Replicas: 3, Creds: "a", CA: "b", Cert: "c", Key: "d"}},
		{"https://a", "replicas store-creds", false, node.StoreOptions{Replicas: 3, Creds: "a", CA: "b", Cert: "c", Key: "d"}},
	} {
		var wrong []string
		c.options.Check(c.store, c.peers, func(ok bool, setting, _ string, _ any) {
			if !ok {
				wrong = append(wrong, setting)
			}
		})
		if got := strings.Join(wrong, " "); got != c.wrong {
			t.Errorf("%s %+v: wrong are %q, expected %q", c.store, c.options, got, c.wrong)
		}
	}
}
