package compare

import (
	"strings"
	"testing"
	"time"

	"matchstream/internal/access"
)

func TestCombined(t *testing.T) {
	when := time.Date(2011, 9, 10, 16, 0, 5, 0, time.UTC)
	for line, want := range map[string]combined{
		`192.0.2.7 - - [10/Sep/2011:18:00:05 +0200] "GET /1/match/x/stream?user=luna HTTP/1.1" 200 1801 "-" "Mozilla/5.0"`:    {from: "192.0.2.7", user: "-", when: when, method: "GET", path: "/1/match/x/stream", query: "user=luna", status: 200, referer: "-", agent: "Mozilla/5.0"},
		`2001:db8::7 - a [b] c [10/Sep/2011:18:00:05 +0200] "GET / HTTP/2.0" 304 0 "https://x/?q=\x22a\x22" "say \"\\x\" \x"`: {from: "2001:db8::7", user: "a [b] c", when: when, method: "GET", path: "/", status: 304, referer: `https://x/?q="a"`, agent: `say "\x" \x`},
		`unix: - - [10/Sep/2011:16:00:05 +0000] "\x16\x03\x01" 400 150 "-" "-"`:                                               {from: "unix:", user: "-", when: when, status: 400, referer: "-", agent: "-"},
		`host - - [10/Sep/2011:16:00:05 +0000] "" 400 -`:                                                                      {from: "host", user: "-", when: when, status: 400},
		`1.2.3.4 - - [10/Sep/2011:16:00:05 +0000] "GET /a HTTP/1.1" 200 5 "-" "x" "1.1.1.1" 0.003` + "\r":                     {from: "1.2.3.4", user: "-", when: when, method: "GET", path: "/a", status: 200, referer: "-", agent: "x"},
	} {
		got, err := parseCombined(line)
		got.when = got.when.UTC()
		if err != nil || got != want {
			t.Errorf("%s\n%+v, %v, expected\n%+v", line, got, err, want)
		}
	}
	for line, want := range map[string]string{
		"":      "expected address",
		"word":  "expected address",
		"a b c": "no time like",
		`a - - [yesterday] "GET / HTTP/1.1" 200 5`:                     "no time like",
		`a - - [10/Sep/2011:16:00:05 +0000`:                            "expected address",
		`a - - [10/Sep/2011:16:00:05 +0000] GET / 200 5`:               "the request has no end",
		`a - - [10/Sep/2011:16:00:05 +0000] "GET / HTTP/1.1`:           "the request has no end",
		`a - - [10/Sep/2011:16:00:05 +0000] "GET / HTTP/1.1" ok 5`:     "no status",
		`a - - [10/Sep/2011:16:00:05 +0000] "GET / HTTP/1.1" 200 many`: "no bytes",
	} {
		if _, err := parseCombined(line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, expected %s", line, err, want)
		}
	}
}

// Streams are told from requests, and who watches by his address's query.
func TestCombinedEntries(t *testing.T) {
	for request, want := range map[string]entry{
		`"GET /1/match/x/stream?user=luna&since=3 HTTP/1.1" 200`: {what: "sse", stream: true, user: "luna"},
		`"GET /1/match/x/ws?user=a%20b HTTP/1.1" 101`:            {what: "ws", stream: true, user: "a b"},
		`"GET /1/stream HTTP/1.1" 200`:                           {what: board, stream: true},
		`"GET /1/match/x/stream HTTP/1.1" 503`:                   {what: "GET /1/match/{id}/stream 503"},
		`"GET /1/match/x/stream HTTP/1.1" 204`:                   {what: "GET /1/match/{id}/stream"},
		`"GET /1/matches?user=luna HTTP/1.1" 200`:                {what: "GET /1/matches"},
		`"GET /\x1B[2J HTTP/1.1" 404`:                            {what: "GET /\uFFFD[2J 404"},
		`"-" 400`:                                                {what: noRequest},
	} {
		c, err := parseCombined(`a - - [10/Sep/2011:16:00:05 +0000] ` + request + ` 0 "-" "-"`)
		got := c.entry()
		want.from, want.when = "a", c.when
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v, expected %+v", request, got, err, want)
		}
	}
}

// Lines that cannot be read are counted and told; a log of nothing else is no log.
func TestBadLines(t *testing.T) {
	good := `{"when":"2026-11-22T17:22:04.123Z","from":"192.0.2.7:51234","protocol":"http","method":"GET","path":"/","route":"","status":200,"bytes":3,"ms":1,"by":""}`
	l, err := Read("x.log", strings.NewReader("\n  \n"+good+"\n{torn\n"+good+"\n"), Ours)
	if err != nil || l.Bad != 3 || l.Lines != 5 || len(l.entries) != 2 || !strings.Contains(l.First.Error(), "line 1 ") {
		t.Errorf("%+v, %v", l, err)
	}
	for text, want := range map[string]string{
		"{torn\n{torn\n":                   "x.log: no line is one of an access log in the format ours: line 1 of the access log: expected a line of JSON",
		"hello\n":                          "x.log: no line is one of an access log in the format combined: line 1: expected address",
		strings.Repeat("x", longestLine+1): "a line of more than",
	} {
		if _, err := Read("x.log", strings.NewReader(text), Auto); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: %v, expected %s", text, err, want)
		}
	}
	if l, err := Read("x.log", strings.NewReader(""), Auto); err != nil || l.Lines != 0 {
		t.Errorf("%+v, %v", l, err)
	}
	if _, err := Read("x.log", strings.NewReader(""), "xml"); err == nil || !strings.Contains(err.Error(), "expected auto, ours or combined") {
		t.Error(err)
	}
}

func FuzzCombined(f *testing.F) {
	f.Add(`192.0.2.7 - - [10/Sep/2011:18:00:05 +0200] "GET /1/match/x/stream?user=luna HTTP/1.1" 200 1801 "-" "Mozilla/5.0"`)
	f.Add(`2001:db8::7 - a [b] c [10/Sep/2011:18:00:05 +0200] "\x16\x03" 400 - "\x22" "\"`)
	f.Fuzz(func(t *testing.T, line string) {
		c, err := parseCombined(line)
		if err != nil {
			return
		}
		if c.from == "" || c.when.IsZero() || c.status < 0 || c.entry().what == "" {
			t.Errorf("%q is taken for %+v", line, c)
		}
		if (c.method == "") != (c.path == "") && c.path != "" {
			t.Errorf("half a request: %+v", c)
		}
	})
}

// Words of a log of ours do nothing in a terminal either.
func TestHarmless(t *testing.T) {
	c := &access.Connection{Protocol: "tcp\x1b[2J", Why: "left\u009b2J"}
	if e := ourConnection(c); e.what != "tcp\uFFFD[2J" || e.why != "left\uFFFD2J" {
		t.Errorf("%q, %q", e.what, e.why)
	}
	if e := ourRequest(&access.Request{Method: "GET\x1b", Path: "/a\x07", Status: 200}); e.what != "GET\uFFFD /a\uFFFD" {
		t.Errorf("%q", e.what)
	}
}
