package proxy_test

import (
	"net/netip"
	"strings"
	"testing"

	"matchstream/internal/proxy"
)

func networks(t testing.TB, text string) proxy.Networks {
	t.Helper()
	n, err := proxy.ParseNetworks(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestNetworks(t *testing.T) {
	n := networks(t, "10.1.0.0/16, 192.0.2.7,2001:db8::/32")
	for ip, want := range map[string]bool{
		"10.1.2.3": true, "::ffff:10.1.2.3": true, "192.0.2.7": true, "2001:db8::5": true, "2001:db8::5%eth0": true,
		"10.2.0.0": false, "192.0.2.8": false, "2001:db9::": false, "::": false,
	} {
		if n.Has(netip.MustParseAddr(ip)) != want {
			t.Errorf("%s: want %t", ip, want)
		}
	}
	if n.Has(netip.Addr{}) || proxy.Networks(nil).Has(netip.MustParseAddr("127.0.0.1")) {
		t.Error("somebody is believed who is in no network")
	}
	for text, want := range map[string]string{
		"": "expected networks", "10.1.0.0/16,": "expected networks", "10.1/16": "expected networks", "all": "expected networks", "fe80::1%eth0": "expected networks",
		"10.1.2.3/16": "perhaps 10.1.0.0/16", "::ffff:10.1.0.0/112": "in its own form", "::ffff:10.1.0.7": "in its own form",
	} {
		if _, err := proxy.ParseNetworks(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestClient(t *testing.T) {
	n := networks(t, "10.0.0.0/8,2001:db8::/32")
	for _, c := range []struct {
		headers, want string // with | between headers; "": malformed
	}{
		{"192.0.2.1", "192.0.2.1:0"},
		{"192.0.2.1:40001", "192.0.2.1:40001"},
		{" 192.0.2.1\t", "192.0.2.1:0"},
		{"2001:db9::1", "[2001:db9::1]:0"},
		{"[2001:db9::1]", "[2001:db9::1]:0"},
		{"[2001:db9::1]:80", "[2001:db9::1]:80"},
		{"::ffff:192.0.2.1", "192.0.2.1:0"},
		{"192.0.2.9, 192.0.2.1", "192.0.2.1:0"},                      // said by the client himself
		{"anything at all, 192.0.2.1, 10.0.0.7", "192.0.2.1:0"},      // behind a second proxy
		{"192.0.2.9|192.0.2.1, 10.0.0.7|2001:db8::7", "192.0.2.1:0"}, // in more headers
		{"10.0.0.1, 10.0.0.7", "10.0.0.1:0"},                         // from inside
		{"192.0.2.1, ", ""},                                          // empty
		{"", ""},                                                     //
		{"unknown", ""},                                              //
		{"192.0.2.1, unknown, 10.0.0.7", ""},                         // who comes next is not known
		{"192.0.2.1 10.0.0.7", ""}, {"[192.0.2.1]", ""}, {"192.0.2.1:99999", ""}, {"[2001:db9::1", ""},
	} {
		got, ok := n.Client(strings.Split(c.headers, "|"))
		if ok != (c.want != "") || ok && got.String() != c.want {
			t.Errorf("%q: %v, %t; want %q", c.headers, got, ok, c.want)
		}
	}
	if _, ok := n.Client(nil); ok {
		t.Error("somebody is found where nobody is named")
	}
}

// FuzzClient: what is found is an address in the form in which addresses are
// compared, and nothing that the client may have said on the left changes it.
func FuzzClient(f *testing.F) {
	f.Add("192.0.2.9, 192.0.2.1, 10.0.0.7", "unknown")
	f.Add("[2001:db8::1]:40001", "192.0.2.3")
	n := networks(f, "10.0.0.0/8,2001:db8::/32")
	f.Fuzz(func(t *testing.T, header, left string) {
		client, ok := n.Client([]string{header})
		if !ok {
			return
		}
		if ip := client.Addr(); !ip.IsValid() || ip.Is4In6() || ip.Zone() != "" {
			t.Fatalf("%v", client)
		}
		if n.Has(client.Addr()) {
			return
		}
		for _, headers := range [][]string{{left + "," + header}, {left, header}, {header + ",10.0.0.9"}, {header, "10.0.0.9"}} {
			if again, ok := n.Client(headers); !ok || again != client {
				t.Errorf("%q: %v, %t; want %v", headers, again, ok, client)
			}
		}
	})
}
