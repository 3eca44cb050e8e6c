package cluster

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

const anID = "0123456789abcdef"

func TestNames(t *testing.T) {
	for _, name := range []string{"a", "1", "node-1", "Node_1.example.com", strings.Repeat("x", 63)} {
		if err := CheckName(name); err != nil || nameOf(name) != name {
			t.Errorf("%s: %v, as a name %s", name, err, nameOf(name))
		}
	}
	for given, want := range map[string]string{"": "node", "-a": "a", "a.": "a", "a b": "a-b", "añb": "a-b", "---": "node", "a\nb": "a-b", strings.Repeat("x", 64): strings.Repeat("x", 63)} {
		if err := CheckName(given); err == nil || !strings.Contains(err.Error(), "expected 1 to 63") {
			t.Errorf("%q: %v", given, err)
		}
		if got := nameOf(given); got != want || CheckName(got) != nil {
			t.Errorf("%q is called %s, want %s", given, got, want)
		}
	}
	if err := CheckName(HostName()); err != nil {
		t.Error(err)
	}
}

// A message of a newer program is read as far as it goes; one that cannot be is
// refused, with what was expected.
func TestBeats(t *testing.T) {
	b, err := parseBeat([]byte(`{"v":9,"name":"a","run":"` + anID + `","seq":3,"watchers":2,"colour":{"red":1}}`))
	if want := (beat{V: 9, Name: "a", Run: anID, Seq: 3, Watchers: 2}); err != nil || !reflect.DeepEqual(b, want) {
		t.Errorf("%+v, %v", b, err)
	}
	good := beat{V: 1, Name: "a", Run: anID, Seq: 1}
	for want, spoil := range map[string]func(*beat){
		"v is 0":                   func(b *beat) { b.V = 0 },
		"the name of a node":       func(b *beat) { b.Name = "a b" },
		"run is":                   func(b *beat) { b.Run = "x" },
		"seq is 0":                 func(b *beat) { b.Seq = 0 },
		"version is":               func(b *beat) { b.Version = "a\nb" },
		"host is":                  func(b *beat) { b.Host = strings.Repeat("x", 256) },
		"http is 65536; expected":  func(b *beat) { b.HTTP = 65536 },
		"url is \"ftp://x\"":       func(b *beat) { b.URL = "ftp://x" },
		"tcp is 0; expected":       func(b *beat) { b.TCP = []int{0} },
		"tls is 65536; expected":   func(b *beat) { b.TLS = []int{65536} },
		"watchers is -1; expected": func(b *beat) { b.Watchers = -1 },
		"limit is -1; expected":    func(b *beat) { b.Limit = -1 },
	} {
		b := good
		spoil(&b)
		if _, err := parseBeat(b.encode()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	if _, err := parseBeat([]byte(strings.Repeat(" ", longestBeat) + string(good.encode()))); err == nil {
		t.Error("it is too long")
	}
	good.TCP = make([]int, 1000)
	for i := range good.TCP {
		good.TCP[i] = 9000 + i
	}
	if b, err := parseBeat(good.encode()); err != nil || len(b.TCP) != mostPorts {
		t.Errorf("of a thousand ports %d are told, %v", len(b.TCP), err)
	}
}

func FuzzBeat(f *testing.F) {
	f.Add([]byte(`{"v":1,"name":"a","run":"` + anID + `","seq":1,"version":"1.2","host":"h","http":80,"tcp":[1,2],"watchers":3,"limit":4,"draining":true,"heard":18446744073709551615}`))
	f.Add([]byte(`{"v":1e3,"tcp":[-1]}`))
	f.Fuzz(func(t *testing.T, message []byte) {
		b, err := parseBeat(message)
		if err != nil {
			return
		}
		again, err := parseBeat(b.encode())
		if err != nil {
			t.Fatalf("%s: %v", b.encode(), err)
		}
		if one, two := b.encode(), again.encode(); string(one) != string(two) {
			t.Fatalf("%s is read back as %s", one, two)
		}
		if len(b.encode()) > longestBeat {
			t.Fatalf("%d bytes", len(b.encode()))
		}
	})
}

func FuzzNote(f *testing.F) {
	f.Add([]byte(`{"v":1,"id":"` + anID + `","to":"` + anID + `","by":"` + anID + `","verb":"shed","args":["10%"]}`))
	f.Add([]byte(`{"v":1,"id":"` + anID + `","to":"` + anID + `","by":"` + anID + `","answer":"done","refused":"x"}`))
	f.Fuzz(func(t *testing.T, message []byte) {
		n, err := parseNote(message)
		if err != nil {
			return
		}
		again, err := parseNote(encode(n))
		if err != nil || !json.Valid(encode(again)) {
			t.Fatalf("%s: %v", encode(n), err)
		}
	})
}

func FuzzOneLine(f *testing.F) {
	f.Add("a\nb")
	f.Add(strings.Repeat("ñ", longestAnswer))
	f.Fuzz(func(t *testing.T, s string) {
		line := oneLine(s)
		if oneLine(line) != line || len(line) > longestAnswer || strings.ContainsAny(line, "\r\n") {
			t.Fatalf("%q", line)
		}
	})
}
