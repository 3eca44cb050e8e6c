package wire

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"matchstream/internal/match"
)

const line = "VERSION:1:CONNECT:leandro:MATCH:elp-tig-2011-09-10"

func TestParseConnect(t *testing.T) {
	since := func(id int64, epoch string) *match.Position { return &match.Position{ID: id, Epoch: epoch} }
	const id = "elp-tig-2011-09-10"
	for _, c := range []struct {
		line string
		want Connect
	}{
		{line, Connect{User: []byte("leandro"), Match: []byte(id)}},
		{"VERSION:1:CONNECT::MATCH:" + id, Connect{Match: []byte(id)}},
		{"VERSION:1:CONNECT:Ñandú ⚽:MATCH:" + id, Connect{User: []byte("Ñandú ⚽"), Match: []byte(id)}},
		{"VERSION:1:CONNECT:MATCH:MATCH:" + id, Connect{User: []byte("MATCH"), Match: []byte(id)}},
		{"VERSION:1:CONNECT:" + strings.Repeat("u", 128) + ":MATCH:" + id, Connect{User: []byte(strings.Repeat("u", 128)), Match: []byte(id)}},
		{line + ":IDS:on", Connect{User: []byte("leandro"), Match: []byte(id), IDs: true}},
		{line + ":SINCE:17-k3f9a2", Connect{User: []byte("leandro"), Match: []byte(id), Since: since(17, epoch)}},
		{line + ":SINCE:0", Connect{User: []byte("leandro"), Match: []byte(id), Since: since(0, "")}},
		{line + ":SINCE:17:IDS:on", Connect{User: []byte("leandro"), Match: []byte(id), IDs: true, Since: since(17, "")}},
		{line + ":IDS:on:SINCE:17", Connect{User: []byte("leandro"), Match: []byte(id), IDs: true, Since: since(17, "")}},
	} {
		got, err := ParseConnect([]byte(c.line))
		if err != nil {
			t.Errorf("%s: %v", c.line, err)
			continue
		}
		if string(got.User) != string(c.want.User) || string(got.Match) != string(c.want.Match) || got.IDs != c.want.IDs ||
			(got.Since == nil) != (c.want.Since == nil) || got.Since != nil && *got.Since != *c.want.Since {
			t.Errorf("%s: got %+v, want %+v", c.line, got, c.want)
		}
	}
}

func TestParseConnectErrors(t *testing.T) {
	const expected = "expected VERSION:1:CONNECT:<user id>:MATCH:<match id>"
	for _, c := range []struct{ line, want string }{
		{"", expected},
		{"  ", expected},
		{"GET / HTTP/1.1", "the line does not begin with VERSION, " + expected},
		{"version:1:CONNECT:u:MATCH:elp-tig-2011-09-10", "the line does not begin with VERSION, " + expected},
		{"VERSION", "unknown version, expected VERSION:1 in VERSION:1:CONNECT:<user id>:MATCH:<match id>"},
		{"VERSION:2:CONNECT:u:MATCH:elp-tig-2011-09-10", "unknown version, expected VERSION:1 in VERSION:1:CONNECT:<user id>:MATCH:<match id>"},
		{"VERSION:1", "malformed line, " + expected},
		{"VERSION:1:CONNECT:u", "malformed line, " + expected},
		{"VERSION:1:CONNECT:u:MATCH", "malformed line, " + expected},
		{"VERSION:1:CONNECT:a:b:MATCH:elp-tig-2011-09-10", "malformed line, " + expected},
		{"VERSION:1:connect:u:MATCH:elp-tig-2011-09-10", "malformed line, " + expected},
		{"VERSION:1:CONNECT:u:MATCH:", "invalid match id, expected <home>-<visit>-<YYYY-MM-DD>: "},
		{"VERSION:1:CONNECT:u:MATCH:elp", "invalid match id, expected <home>-<visit>-<YYYY-MM-DD>: elp"},
		{"VERSION:1:CONNECT:u:MATCH:" + strings.Repeat("ñ", 100), "invalid match id, expected <home>-<visit>-<YYYY-MM-DD>: " + strings.Repeat("ñ", 40) + "…"},
		{"VERSION:1:CONNECT:u:MATCH:elp-tig-2011-09-10 ", "invalid match id, expected <home>-<visit>-<YYYY-MM-DD>: elp-tig-2011-09-10 "},
		{line + ":", "unknown option, expected IDS or SINCE: "},
		{line + ":ids:on", "unknown option, expected IDS or SINCE: ids"},
		{line + ":COLOUR:red", "unknown option, expected IDS or SINCE: COLOUR"},
		{line + ":IDS", "the option IDS has no value"},
		{line + ":IDS:off", "unknown value of IDS, expected IDS:on: off"},
		{line + ":IDS:on:IDS:on", "the option IDS is there twice"},
		{line + ":SINCE:1:SINCE:2", "the option SINCE is there twice"},
		{line + ":SINCE:yesterday", "invalid position, expected <event id>-<epoch> or <event id>: yesterday"},
		{line + ":SINCE:", "invalid position, expected <event id>-<epoch> or <event id>: "},
		{line + strings.Repeat("x", MaxLine), "the line is longer than 512 bytes"},
		{"VERSION:1:CONNECT:" + strings.Repeat("u", 129) + ":MATCH:elp-tig-2011-09-10", "the user id is longer than 128 bytes"},
		{"VERSION:1:CONNECT:a\tb:MATCH:elp-tig-2011-09-10", "the user id has a character in it that cannot be printed"},
		{"VERSION:1:CONNECT:a\u202eb:MATCH:elp-tig-2011-09-10", "the user id has a character in it that cannot be printed"},
		{"VERSION:1:CONNECT:a\xff:MATCH:elp-tig-2011-09-10", "the line is not valid UTF-8"},
	} {
		_, err := ParseConnect([]byte(c.line))
		if err == nil || err.Error() != c.want {
			t.Errorf("%q\ngot  %v\nwant %s", c.line, err, c.want)
		}
	}
}

func TestMaxLine(t *testing.T) {
	// The longest line that there can be is far below; so the limit is tried
	// on one that is wrong for another reason.
	for n, long := range map[int]bool{MaxLine: false, MaxLine + 1: true} {
		_, err := ParseConnect([]byte(strings.Repeat("x", n)))
		if err == nil || strings.Contains(err.Error(), "longer") != long {
			t.Errorf("%d bytes: got %v", n, err)
		}
	}
}

func TestCheckUser(t *testing.T) {
	for _, c := range []struct{ user, want string }{
		{"", ""},
		{"Ñandú ⚽", ""},
		{strings.Repeat("ñ", 64), ""},
		{strings.Repeat("ñ", 65), "longer than 128 bytes"},
		{"a\xff", "not valid UTF-8"},
		{"a:b", "colon"},
		{"a\n", "cannot be printed"},
		{"a\x7f", "cannot be printed"},
	} {
		err := CheckUser(c.user)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q", c.user, err, c.want)
		}
	}
}

func FuzzParseConnect(f *testing.F) {
	for _, seed := range []string{
		"", line, line + ":IDS:on", line + ":SINCE:17-k3f9a2:IDS:on", line + ":IDS", "VERSION:1:CONNECT:\xff:MATCH:x", "GET / HTTP/1.1",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := ParseConnect(b)
		if err != nil {
			frame := AppendTCPError(nil, err.Error())
			got, err2 := NewTCPReader(strings.NewReader(string(frame))).Read()
			if err2 != nil || got.Error == "" || !utf8.Valid(frame) {
				t.Fatalf("%q: error frame %q, %v", b, frame, err2)
			}
			return
		}
		// What was understood, written out again, is understood the same.
		again := "VERSION:1:CONNECT:" + string(c.User) + ":MATCH:" + string(c.Match)
		if c.Since != nil {
			again += ":SINCE:" + c.Since.String()
		}
		if c.IDs {
			again += ":IDS:on"
		}
		d, err := ParseConnect([]byte(again))
		if err != nil || !bytes.Equal(d.User, c.User) || !bytes.Equal(d.Match, c.Match) || d.IDs != c.IDs || (d.Since == nil) != (c.Since == nil) || d.Since != nil && *d.Since != *c.Since {
			t.Fatalf("%q: %+v, then %q: %+v, %v", b, c, again, d, err)
		}
	})
}

// A join by the line protocol is parsed without garbage: at a kick-off there
// are tens of thousands a second.
func TestParseConnectAllocatesNothing(t *testing.T) {
	said := []byte(line + ":IDS:on")
	if n := testing.AllocsPerRun(100, func() {
		if _, err := ParseConnect(said); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
