package compare

import (
	"bytes"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"matchstream/internal/access"
)

func from(i int) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(i / 256), byte(i)}), uint16(1000+i))
}

// waysOf are the ways in a log of these lines, each as text, sorted.
func waysOf(t *testing.T, lines ...access.Line) []string {
	t.Helper()
	var b []byte
	for _, l := range lines {
		b = access.Append(b, l)
	}
	l, err := Read("log", bytes.NewReader(b), Auto)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, w := range l.gather() {
		var steps []string
		for _, e := range w {
			steps = append(steps, e.what)
		}
		all = append(all, strings.Join(steps, ", "))
	}
	slices.Sort(all)
	return all
}

// at changes where a line comes from, and who it is.
func at[L access.Line](address, user string, l L) access.Line {
	switch l := any(l).(type) {
	case *access.Request:
		l.From = netip.MustParseAddrPort(address)
		return l
	case *access.Connection:
		l.From, l.User = netip.MustParseAddrPort(address), user
		return l
	}
	panic("no line")
}

func resumes(c *access.Connection) *access.Connection {
	c.Since, c.Resumed = "3-k3f9a2", true
	return c
}

func TestUsers(t *testing.T) {
	for name, one := range map[string]struct {
		lines []access.Line
		want  []string
	}{
		"by address, whatever the port": {[]access.Line{at("[2001:db8::1]:5", "", asks(0, 0, "/1/checkin")), at("[2001:db8::1]:6", "", watches(0, 2, 9, "tcp", "left")), at("[2001:db8::2]:5", "", asks(0, 1, "/1/checkin"))},
			[]string{"GET /1/checkin", "GET /1/checkin, tcp"}},
		"by order of time, not of the log": {[]access.Line{watches(0, 5, 100, "tcp", "left"), asks(0, 0, "/1/checkin")}, []string{"GET /1/checkin, tcp"}},
		"another after half an hour": {[]access.Line{asks(0, 0, "/"), watches(0, 1, 3000, "sse", "left"), asks(0, 3001+1700, "/"), asks(0, 3001+1700+1900, "/")},
			[]string{"GET /", "GET /, sse, GET /"}},
		"by id, over addresses and days": {[]access.Line{at("10.0.0.1:1", "luna", watches(0, 0, 9, "tcp", "broken")), at("10.0.0.2:1", "luna", watches(0, 90000, 9, "tcp", "left")), at("10.0.0.2:1", "", asks(0, 89999, "/1/checkin"))},
			[]string{"tcp, GET /1/checkin, tcp"}},
		"several at one address": {[]access.Line{
			at("127.0.0.1:1", "", asks(0, 0, "/1/checkin")), at("127.0.0.1:2", "", asks(0, 0.001, "/1/checkin")), at("127.0.0.1:1", "", asks(0, 0.002, "/1/matches")), at("127.0.0.1:2", "", asks(0, 0.003, "/1/matches")),
			at("127.0.0.1:3", "lab-1", watches(0, 0.004, 9, "tcp", "ended")), at("127.0.0.1:4", "lab-2", watches(0, 0.005, 9, "tcp", "ended")),
			at("127.0.0.1:5", "lab-3", watches(0, 0.006, 9, "tcp", "ended")), at("127.0.0.1:6", "", asks(0, 0.007, "/1/checkin"))},
			[]string{"GET /1/checkin", "GET /1/checkin, GET /1/matches, tcp", "GET /1/checkin, GET /1/matches, tcp", "tcp"}},
		"a stream on the connection of its requests": {[]access.Line{
			at("127.0.0.1:1", "", asks(0, 0, "/1/a")), at("127.0.0.1:2", "", asks(0, 0, "/1/b")), at("127.0.0.1:2", "x", watches(0, 1, 9, "sse", "ended")), at("127.0.0.1:1", "y", watches(0, 2, 9, "ws", "ended"))},
			[]string{"GET /1/a, ws", "GET /1/b, sse"}},
		"who resumes has come without requests": {[]access.Line{
			at("127.0.0.1:1", "", asks(0, 0, "/1/checkin")), at("127.0.0.1:2", "x", resumes(watches(0, 1, 9, "sse", "ended"))), at("127.0.0.1:3", "y", watches(0, 2, 9, "tcp", "ended"))},
			[]string{"GET /1/checkin, tcp", "sse"}},
		"many at once without an id": {[]access.Line{watches(0, 0, 9, "tcp", "left"), watches(0, 1, 9, "tcp", "left"), watches(0, 2, 9, "tcp", "left"), watches(0, 3, 9, "tcp", "left"), watches(0, 4, 9, "tcp", "left")},
			[]string{"tcp", "tcp", "tcp", "tcp", "tcp"}},
		"a few at once": {[]access.Line{watches(0, 0, 9, "tcp", "left"), watches(0, 1, 9, "tcp", "left")}, []string{"tcp, tcp"}},
	} {
		if got := waysOf(t, one.lines...); !slices.Equal(got, one.want) {
			t.Errorf("%s: %q, expected %q", name, got, one.want)
		}
	}
}

func TestRoutes(t *testing.T) {
	for path, want := range map[string]string{
		"/": "/", "/1/checkin": "/1/checkin", "/1/matches": "/1/matches", "/match/elp-tig-2011-09-10": "/match/{id}",
		"/1/match/x/history": "/1/match/{id}/history", "/1/team/elp": "/1/team/{id}", "/crest/elp.svg": "/crest/{id}", "/match/x/card.png": "/match/{id}/{file}.png",
		"/assets/site.3f2a.css": "/assets/{file}.css", "/v2/shop/17": "/v2/shop/{id}", "/a/550e8400-e29b-41d4-a716-446655440000/b": "/a/{id}/b", "//": "//", "": "",
	} {
		if got := route(path); got != want {
			t.Errorf("%s is %s, expected %s", path, got, want)
		}
	}
	if got := step("GET", "/1/match/x", 404); got != "GET /1/match/{id} 404" {
		t.Error(got)
	}
}
