package access_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"matchstream/internal/access"
)

var moment = time.Date(2026, 11, 22, 18, 22, 4, 123_456_789, time.FixedZone("east", 3600))

func request() *access.Request {
	return &access.Request{When: access.At(moment), From: netip.MustParseAddrPort("192.0.2.7:51234"), Protocol: access.HTTP,
		Method: "POST", Path: "/1/match/elp-tig-2011-09-10/events", Route: "POST /1/match/{id}/events",
		Status: 201, Bytes: 312, Took: access.Took(1_234_567 * time.Nanosecond), By: "bench"}
}

func connection() *access.Connection {
	return &access.Connection{When: access.At(moment), From: netip.MustParseAddrPort("[2001:db8::7]:51234"), Protocol: access.TCP,
		User: "luna", Match: "elp-tig-2011-09-10", Since: "17-k3f9a2", Resumed: true, Begin: "17-k3f9a2", End: "31-k3f9a2",
		Events: 14, Refreshes: 0, Bytes: 1801, Took: access.Took(2*time.Hour + 3*time.Millisecond), Why: "ended"}
}

// What is written here is what docs/ACCESS-LOG.md promises.
func TestLines(t *testing.T) {
	weird := connection()
	weird.User = "\"\\\n\u2028<\xff>é"
	cut := request()
	cut.Cut = true
	for want, line := range map[string]access.Line{
		`{"when":"2026-11-22T17:22:04.123Z","from":"192.0.2.7:51234","protocol":"http","method":"POST","path":"/1/match/elp-tig-2011-09-10/events","route":"POST /1/match/{id}/events","status":201,"bytes":312,"ms":1.234,"by":"bench"}`:                                                          request(),
		`{"when":"2026-11-22T17:22:04.123Z","from":"192.0.2.7:51234","protocol":"http","method":"POST","path":"/1/match/elp-tig-2011-09-10/events","route":"POST /1/match/{id}/events","status":201,"bytes":312,"ms":1.234,"by":"bench","cut":true}`:                                               cut,
		`{"when":"2026-11-22T17:22:04.123Z","from":"[2001:db8::7]:51234","protocol":"tcp","user":"luna","match":"elp-tig-2011-09-10","since":"17-k3f9a2","resumed":true,"begin":"17-k3f9a2","end":"31-k3f9a2","events":14,"refreshes":0,"bytes":1801,"ms":7200003,"why":"ended"}`:                  connection(),
		`{"when":"2026-11-22T17:22:04.123Z","from":"[2001:db8::7]:51234","protocol":"tcp","user":"\"\\\n\u2028<\ufffd>é","match":"elp-tig-2011-09-10","since":"17-k3f9a2","resumed":true,"begin":"17-k3f9a2","end":"31-k3f9a2","events":14,"refreshes":0,"bytes":1801,"ms":7200003,"why":"ended"}`: weird,
		`{"when":"0001-01-01T00:00:00.000Z","from":"","protocol":"http","method":"","path":"","route":"","status":0,"bytes":0,"ms":0,"by":""}`:                                                                                                                                                     &access.Request{Protocol: access.HTTP},
	} {
		if got := string(access.Append([]byte("before\n"), line)); got != "before\n"+want+"\n" {
			t.Errorf("got  %swant %s", got, want)
		}
	}
}

func TestReader(t *testing.T) {
	var b []byte
	b = access.Append(b, request())
	b = access.Append(b, connection())
	b = append(b, `{"when":"2026-11-22T17:22:04.123Z","fro`+"\n"...)                                       // torn
	b = append(b, `{"protocol":"carrier pigeon"}`+"\n\n"...)                                               // and an empty one
	b = append(b, `{"protocol":"sse","from":"nowhere"}`+"\n"...)                                           //
	b = append(b, `{"protocol":"ws","ms":-1}`+"\n"...)                                                     //
	b = append(b, `{"later":[1],"when":"2026-11-22T17:22:04Z","protocol":"ws","user":"\u00e9","ms":1}`...) // of a later version, without its end
	r := access.NewReader(bytes.NewReader(b))
	for n, want := range []access.Line{request(), connection(), nil, nil, nil, nil, nil,
		&access.Connection{When: access.At(time.Date(2026, 11, 22, 17, 22, 4, 0, time.UTC)), Protocol: access.WS, User: "é", Took: access.Took(time.Millisecond)}} {
		got, err := r.Read()
		var broken *access.LineError
		switch {
		case want == nil && (!errors.As(err, &broken) || broken.Number != n+1):
			t.Errorf("line %d: %+v, %v", n+1, got, err)
		case want != nil && (err != nil || !reflect.DeepEqual(got, want)):
			t.Errorf("line %d: %+v, %v, want %+v", n+1, got, err, want)
		}
	}
	if _, err := r.Read(); err != io.EOF {
		t.Errorf("behind the end: %v", err)
	}
	if _, err := access.NewReader(strings.NewReader(strings.Repeat("x", 2<<20))).Read(); err == nil || err == io.EOF {
		t.Errorf("a line without end: %v", err)
	}
}

// FuzzRoundTrip: whatever clients call themselves and ask for, a line is one
// line of JSON, and what is read is what was written, what was no UTF-8 aside.
func FuzzRoundTrip(f *testing.F) {
	f.Add("luna", "elp-tig-2011-09-10", uint64(17), int64(1), uint16(80), true)
	f.Add("\"\\\n\r\x00\u2028\u2029", "\xff\xfe\xed\xa0\x80", uint64(1<<64-1), int64(1<<62), uint16(0), false)
	f.Add("</script>&amp;", "\U0010ffff", uint64(0), int64(-1), uint16(65535), true)
	f.Fuzz(func(t *testing.T, a, b string, n uint64, d int64, port uint16, yes bool) {
		when := access.At(time.UnixMilli(d % 200_000_000_000_000))
		from := netip.AddrPortFrom(netip.AddrFrom16([16]byte{0: byte(n), 15: byte(d)}), port)
		took := access.Took(time.Duration(d) % (50 * 365 * 24 * time.Hour))
		for _, l := range []access.Line{
			&access.Request{When: when, From: from, Protocol: access.HTTP, Method: a, Path: b, Route: a + b, Status: int(port), Bytes: n, Took: took, By: b, Cut: yes},
			&access.Connection{When: when, From: from, Protocol: access.WS, User: a, Match: b, Since: a + b, Resumed: yes,
				Begin: b, End: a, Events: n, Refreshes: n, Bytes: n, Took: took, Why: a},
		} {
			text := access.Append(nil, l)
			if !utf8.Valid(text) || !json.Valid(text) || bytes.IndexByte(text, '\n') != len(text)-1 || bytes.ContainsAny(text, "\u2028\u2029\r") {
				t.Fatalf("not a line of JSON: %q", text)
			}
			got, err := access.NewReader(bytes.NewReader(text)).Read()
			if err != nil || !reflect.DeepEqual(got, clean(l)) {
				t.Fatalf("%s\nread as  %+v, %v\nwritten %+v", text, got, err, l)
			}
		}
	})
}

// clean has U+FFFD for each byte that is no UTF-8.
func clean(l access.Line) access.Line {
	v := reflect.ValueOf(l).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.String {
			f.SetString(string([]rune(f.String())))
		}
	}
	return l
}

// FuzzReader: nothing that is read as a log harms who reads it, and what could
// be read means the same when it is written again.
func FuzzReader(f *testing.F) {
	f.Add(access.Append(access.Append(nil, request()), connection()))
	f.Add([]byte(`{"protocol":"ws","ms":1e300,"when":"2026-11-22T17:22:04.123456+01:00"}` + "\n{}\n\n[]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		r := access.NewReader(bytes.NewReader(text))
		for {
			l, err := r.Read()
			var broken *access.LineError
			if errors.As(err, &broken) {
				continue
			}
			if err != nil {
				return
			}
			again, err := access.NewReader(bytes.NewReader(access.Append(nil, l))).Read()
			if err != nil || !reflect.DeepEqual(again, l) {
				t.Fatalf("read as %+v, written and read again as %+v, %v", l, again, err)
			}
		}
	})
}
