package redis

import (
	"errors"
	"strings"
	"testing"

	"matchstream/internal/store"
)

func FuzzReference(f *testing.F) {
	for _, text := range []string{"a/b/1/0/X", "elp-tig/k3/17/300/ABC", "a/b/0/0/X", "////", "a/b/1/9999999/x", "a/b/+1/1/x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parseReference(text)
		if err != nil {
			if !errors.Is(err, store.ErrDamaged) {
				t.Fatal(err)
			}
			return
		}
		if again, err := parseReference(r.String()); err != nil || again != r {
			t.Fatalf("%q is %v, which is %v, %v", text, r, again, err)
		}
	})
}

func FuzzPlace(f *testing.F) {
	for _, text := range []string{"1-2", "0-0", "18446744073709551615-1", "-", "1", "1-2-3"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parsePlace(text)
		if err != nil {
			return
		}
		if again, err := parsePlace(p.String()); err != nil || again != p {
			t.Fatalf("%q is %v, which is %v, %v", text, p, again, err)
		}
	})
}

func FuzzEntry(f *testing.F) {
	for _, text := range []string{"1 ", "17 value", "0 x", " x", "x", "1  "} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := parseEntry("a", text)
		if err == nil && (e.Value == nil || !strings.HasSuffix(text, " "+string(e.Value)) || e.Revision == 0) {
			t.Fatalf("%q is %v", text, e)
		}
	})
}

func FuzzInfo(f *testing.F) {
	f.Add("# Server\r\nredis_version:7.0.15\r\nloading:0\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		for name, value := range parseInfo(text) {
			if !strings.Contains(text, name+":"+value) {
				t.Fatalf("%q: %q is not in it", name, value)
			}
		}
	})
}
