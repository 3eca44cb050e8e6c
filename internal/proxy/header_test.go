package proxy_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"matchstream/internal/proxy"
)

const signature = "\r\n\r\n\x00\r\nQUIT\n"

// v2 is a header of version 2.
func v2(command, family byte, rest string) string {
	return signature + string([]byte{command, family}) + string(binary.BigEndian.AppendUint16(nil, uint16(len(rest)))) + rest
}

const (
	four = "\xc0\x00\x02\x01" + "\xc0\x00\x02\x02" + "\x9c\x41" + "\x27\x0f" // 192.0.2.1:40001 to 192.0.2.2:9999
	tlv  = "\x04\x00\x03abc"
)

var six = "\x20\x01\x0d\xb8" + strings.Repeat("\x00", 11) + "\x01" + strings.Repeat("\x00", 15) + "\x01" + "\x9c\x41" + "\x27\x0f"

// headers that are right; client "": the connection's own address counts.
var headers = []struct{ name, said, client string }{
	{"v1, IPv4", "PROXY TCP4 192.0.2.1 192.0.2.2 40001 9999\r\n", "192.0.2.1:40001"},
	{"v1, IPv6", "PROXY TCP6 2001:db8::1 2001:DB8::2 0 65535\r\n", "[2001:db8::1]:0"},
	{"v1, IPv4 in IPv6", "PROXY TCP6 ::ffff:192.0.2.1 ::1 40001 9999\r\n", "192.0.2.1:40001"},
	{"v1, the longest", "PROXY TCP6 " + strings.Repeat("ffff:", 7) + "ffff " + strings.Repeat("ffff:", 7) + "ffff 65535 65535\r\n", "[" + strings.Repeat("ffff:", 7) + "ffff]:65535"},
	{"v1, unknown", "PROXY UNKNOWN\r\n", ""},
	{"v1, unknown, with whatever", "PROXY UNKNOWN " + strings.Repeat("x", 107-16) + "\r\n", ""},
	{"v2, IPv4", v2(0x21, 0x11, four), "192.0.2.1:40001"},
	{"v2, IPv4 with additions", v2(0x21, 0x11, four+tlv+tlv), "192.0.2.1:40001"},
	{"v2, IPv6", v2(0x21, 0x21, six), "[2001:db8::1]:40001"},
	{"v2, a datagram", v2(0x21, 0x12, four), "192.0.2.1:40001"},
	{"v2, Unix", v2(0x21, 0x31, strings.Repeat("/", 216)), ""},
	{"v2, nobody in particular", v2(0x21, 0x00, ""), ""},
	{"v2, nobody in particular, with additions", v2(0x21, 0x00, tlv), ""},
	{"v2, of its own", v2(0x20, 0x00, ""), ""},
	{"v2, of its own, with addresses", v2(0x20, 0x11, four), ""},
	{"v2, of its own, with half of an address", v2(0x20, 0x21, "abc"), ""},
	{"v2, the longest", v2(0x21, 0x11, four+strings.Repeat("t", proxy.Longest-16-12)), "192.0.2.1:40001"},
}

// A header is read when it is there whole, and not before, whatever comes
// behind it.
func TestHeaders(t *testing.T) {
	for _, c := range headers {
		t.Run(c.name, func(t *testing.T) {
			var want netip.AddrPort
			if c.client != "" {
				want = netip.MustParseAddrPort(c.client)
			}
			for n := range len(c.said) {
				if _, size, err := proxy.ReadHeader([]byte(c.said[:n])); size != 0 || err != nil {
					t.Fatalf("after %d of %d bytes: %d, %v", n, len(c.said), size, err)
				}
			}
			for _, behind := range []string{"", "G", "GET / HTTP/1.1\r\n\r\n", "\r\n"} {
				client, size, err := proxy.ReadHeader([]byte(c.said + behind))
				if client != want || size != len(c.said) || err != nil {
					t.Errorf("with %q behind: %v of %d bytes, %v; want %v of %d", behind, client, size, err, want, len(c.said))
				}
			}
			if certainly, _ := proxy.Begins([]byte(c.said)); !certainly {
				t.Error("it is not known for what it is")
			}
		})
	}
}

// What is no header, or a wrong one, is said to be so as soon as that is clear.
func TestNoHeaders(t *testing.T) {
	for _, c := range []struct {
		said string
		want error
	}{
		{"GET / HTTP/1.1\r\n", proxy.ErrNone},
		{"P0", proxy.ErrNone},
		{"POST /", proxy.ErrNone},
		{"proxy TCP4 192.0.2.1 192.0.2.2 40001 9999\r\n", proxy.ErrNone},
		{"PROXY / HTTP/1.1\r\n", proxy.ErrNone},
		{"PROXY TCP5 ", proxy.ErrNone},
		{"PROXY UDP4 192.0.2.1 192.0.2.2 40001 9999\r\n", proxy.ErrNone},
		{"VERSION:1:CONNECT:ann:MATCH:a\n", proxy.ErrNone},
		{"\x16\x03\x01", proxy.ErrNone},
		{"\r\n\r\n\x00\r\nQUIX", proxy.ErrNone},
		{"\n", proxy.ErrNone},
		{"PROXY TCP4 192.0.2.1 192.0.2.2 40001\r\n", proxy.ErrMalformed},
		{"PROXY TCP4 192.0.2.1 192.0.2.2 40001 9999 \r\n", proxy.ErrMalformed},
		{"PROXY TCP4  192.0.2.1 192.0.2.2 40001 9999\r\n", proxy.ErrMalformed},
		{"PROXY TCP4 192.0.2.1 192.0.2.2 40001 9999\n", proxy.ErrMalformed},
		{"PROXY TCP4 192.0.2.1 192.0.2.2 040001 9999\r\n", proxy.ErrMalformed},
		{"PROXY TCP4 192.0.2.1 192.0.2.2 40001 65536\r\n", proxy.ErrMalformed},
		{"PROXY TCP4 192.0.2.1 192.0.2.2 -1 9999\r\n", proxy.ErrMalformed},
		{"PROXY TCP4 192.0.2.01 192.0.2.2 40001 9999\r\n", proxy.ErrMalformed},
		{"PROXY TCP4 192.0.2 192.0.2.2 40001 9999\r\n", proxy.ErrMalformed},
		{"PROXY TCP4 2001:db8::1 2001:db8::2 40001 9999\r\n", proxy.ErrMalformed},
		{"PROXY TCP6 192.0.2.1 192.0.2.2 40001 9999\r\n", proxy.ErrMalformed},
		{"PROXY TCP6 fe80::1%eth0 fe80::2 40001 9999\r\n", proxy.ErrMalformed},
		{"PROXY TCP4 \r\n", proxy.ErrMalformed},
		{"PROXY TC\r\n", proxy.ErrNone},
		{"PROXY UNKNOWNS\r\n", proxy.ErrMalformed},
		{"PROXY UNKNOWN" + strings.Repeat("x", 107-13), proxy.ErrTooLong},
		{"PROXY UNKNOWN " + strings.Repeat("x", 107-15) + "\r\n", proxy.ErrTooLong},
		{signature + "\x11", proxy.ErrMalformed},
		{signature + "\x31", proxy.ErrMalformed},
		{signature + "\x22", proxy.ErrMalformed},
		{signature + "\x21\x41", proxy.ErrMalformed},
		{signature + "\x21\x13", proxy.ErrMalformed},
		{signature + "\x21\x11\x00\x0b", proxy.ErrMalformed},
		{signature + "\x21\x21\x00\x23", proxy.ErrMalformed},
		{signature + "\x21\x31\x00\xd7", proxy.ErrMalformed},
		{signature + "\x21\x11\x10\x00", proxy.ErrTooLong},
	} {
		if client, size, err := proxy.ReadHeader([]byte(c.said)); !errors.Is(err, c.want) || size != 0 || client.IsValid() {
			t.Errorf("%q: %v of %d bytes, %v; want %v", c.said, client, size, err, c.want)
		}
	}
}

func TestBegins(t *testing.T) {
	for said, want := range map[string]string{
		"": "false true", "P": "false true", "PROXY TC": "false true", "PROXY TCP4 ": "true true", "PROXY UNKNOWN": "true true",
		"\r\n": "false true", signature: "true true", signature + "?": "true true",
		"GET ": "false false", "PROXY /": "false false", "\r\n\r\nG": "false false", "VERSION": "false false",
	} {
		certainly, perhaps := proxy.Begins([]byte(said))
		if got := fmt.Sprint(certainly, " ", perhaps); got != want {
			t.Errorf("%q: %s, want %s", said, got, want)
		}
	}
}

// FuzzReadHeader: whatever comes, the answer does not change with what comes
// behind a header, and no part of one is taken for a whole one or for none.
func FuzzReadHeader(f *testing.F) {
	for _, c := range headers {
		f.Add([]byte(c.said))
	}
	f.Add([]byte("PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\r\n"))
	f.Fuzz(func(t *testing.T, said []byte) {
		client, size, err := proxy.ReadHeader(said)
		if size < 0 || size > len(said) || size > proxy.Longest || err != nil && (size != 0 || client.IsValid()) {
			t.Fatalf("%v of %d bytes, %v", client, size, err)
		}
		if err == nil && size == 0 && len(said) >= proxy.Longest {
			t.Fatal("more is waited for than there may be")
		}
		if client.Addr().Is4In6() || client.Addr().Zone() != "" {
			t.Fatalf("%v is not the form that addresses are compared in", client)
		}
		if size == 0 {
			return
		}
		for n := range size {
			if _, before, err := proxy.ReadHeader(said[:n]); before != 0 || err != nil {
				t.Fatalf("after %d of %d bytes: %d, %v", n, size, before, err)
			}
		}
		if again, n, err := proxy.ReadHeader(said[:size]); again != client || n != size || err != nil {
			t.Fatalf("alone it is %v of %d bytes, %v", again, n, err)
		}
	})
}
