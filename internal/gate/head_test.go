package gate

import (
	"strings"
	"testing"
)

const (
	sseLine  = "GET /1/match/elp-tig-2011-09-10/stream HTTP/1.1\r\n"
	wsLine   = "GET /1/match/elp-tig-2011-09-10/ws HTTP/1.1\r\n"
	upgrades = "Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	plain    = sseLine + "Host: x\r\n\r\n"
	socket   = wsLine + upgrades
)

// with puts a field behind the request's line.
func with(request, field string) string {
	return strings.Replace(request, "\r\n", "\r\n"+field+"\r\n", 1)
}

// instead has a part of a request said in another way.
func instead(request, of, by string) string { return strings.Replace(request, of, by, 1) }

type headCase struct {
	name, said string
	want       asked
}

// streamsAskedFor are taken by the loop.
var streamsAskedFor = []headCase{
	{"an event stream", plain, forStream},
	{"the board", "GET /1/stream HTTP/1.1\r\nHost: x\r\n\r\n", forBoard},
	{"the board with a query", "GET /1/stream?x=1 HTTP/1.1\r\nHost: x\r\n\r\n", forBoard},
	{"a WebSocket", socket, forSocket},
	{"a position in a field", with(plain, "Last-Event-ID: 17-k3f9a2"), forStream},
	{"a position in the query", instead(plain, "/stream", "/stream?since=17-k3f9a2&user=ann"), forStream},
	{"both", with(instead(plain, "/stream", "/stream?since=3"), "Last-Event-ID: 17"), forStream},
	{"a parameter twice", instead(plain, "/stream", "/stream?since=1&since=2&&=&user"), forStream},
	{"an empty query", instead(plain, "/stream", "/stream?"), forStream},
	{"two question marks", instead(plain, "/stream", "/stream?a=b=c"), forStream},
	{"unusual case", instead(with(plain, "lAsT-eVeNt-Id: 17"), "Host", "hOST"), forStream},
	{"tabs and blanks around", instead(with(plain, "Last-Event-ID:\t 17 \t"), "Host: x", "Host:x  "), forStream},
	{"fields of a browser", with(plain, "User-Agent: Mozilla/5.0 (X11; Linux)\r\nAccept: text/event-stream\r\nConnection: keep-alive\r\nCookie: a=\"b\"; c=(d)"), forStream},
	{"a host with a port", instead(plain, "Host: x", "Host: [::1]:8888"), forStream},
	{"an upgrade nobody knows", with(plain, "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__"), forStream},
	{"to be closed behind it", with(plain, "Connection: close"), forStream},
	{"an empty field of no matter", with(plain, "X-Nothing:"), forStream},
	{"lists", instead(instead(socket, ": Upgrade", ": keep-alive, uPGRADE"), ": websocket", ": h2c,\tWebSocket"), forSocket},
	{"a WebSocket with a position", instead(socket, "/ws", "/ws?since=3"), forSocket},
	{"a WebSocket with extensions", with(socket, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\nOrigin: https://x.example"), forSocket},
	{"bytes behind it", socket + "\x81\x80\x01\x02\x03\x04", forSocket},
	{"another request behind it", plain + "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", forStream},
	{"a line of nothing behind it", plain + "\r\n", forStream},
}

// otherRequests are net/http's.
var otherRequests = []headCase{
	{"HTTP/1.0", instead(plain, "1.1", "1.0"), another},
	{"HTTP/2", instead(plain, "1.1", "2.0"), another},
	{"no version", "GET /1/stream\r\n", another},
	{"HEAD", instead(plain, "GET", "HEAD"), another},
	{"OPTIONS", instead(plain, "GET", "OPTIONS"), another},
	{"POST", instead(plain, "GET", "POST"), another},
	{"small letters", instead(plain, "GET", "get"), another},
	{"an absolute target", instead(plain, "/1/", "http://x/1/"), another},
	{"a fragment", instead(plain, "/stream", "/stream#here"), another},
	{"escapes in the path", instead(plain, "elp", "%65lp"), another},
	{"escapes in the query", instead(plain, "/stream", "/stream?user=a%20b"), another},
	{"a semicolon", instead(plain, "/stream", "/stream?a=1;b=2"), another},
	{"a plus", instead(plain, "/stream", "/stream?user=a+b"), another},
	{"a slash at the end", instead(plain, "/stream", "/stream/"), another},
	{"two slashes", instead(plain, "/match", "//match"), another},
	{"dots", instead(plain, "elp-tig-2011-09-10", ".."), another},
	{"no match", instead(plain, "elp-tig-2011-09-10", ""), another},
	{"capitals in the match", instead(plain, "elp", "ELP"), another},
	{"two blanks", instead(plain, " /1", "  /1"), another},
	{"a blank at the end", instead(plain, "1.1\r\n", "1.1 \r\n"), another},
	{"no host", sseLine + "\r\n", another},
	{"an empty host", instead(plain, "Host: x", "Host: "), another},
	{"two hosts", with(plain, "Host: y"), another},
	{"a host that is none", instead(plain, "Host: x", "Host: x/y"), another},
	{"a body", with(plain, "Content-Length: 2") + "{}", another},
	{"an empty body", with(plain, "Content-Length: 0"), another},
	{"a body in chunks", with(plain, "Transfer-Encoding: chunked") + "0\r\n\r\n", another},
	{"both kinds of body", with(plain, "Content-Length: 2\r\ntransfer-encoding: chunked"), another},
	{"a trailer", with(plain, "Trailer: X"), another},
	{"an expectation", with(plain, "Expect: 100-continue"), another},
	{"a position twice", with(plain, "Last-Event-ID: 1\r\nlast-event-id: 2"), another},
	{"an empty position", with(plain, "Last-Event-ID:"), another},
	{"a folded field", with(plain, "X-Long: a\r\n b"), another},
	{"a folded first field", instead(plain, "Host", " Host"), another},
	{"a folded field with a colon", with(plain, "X-Long: a\r\n b: c"), another},
	{"a blank before the colon", instead(plain, "Host:", "Host :"), another},
	{"a blank before another colon", with(plain, "X-A : b"), another},
	{"a name that is none", with(plain, "X(A): b"), another},
	{"no colon", with(plain, "Nonsense"), another},
	{"no name", with(plain, ": x"), another},
	{"bytes above ASCII", with(plain, "X-Name: Jürgen"), another},
	{"NUL in a field", with(plain, "X-Nul: a\x00b"), another},
	{"NUL in the target", instead(plain, "elp", "e\x00p"), another},
	{"a lone carriage return", with(plain, "X-Cr: a\rb"), another},
	{"two carriage returns", instead(plain, "x\r\n", "x\r\r\n"), another},
	{"bare newlines", strings.ReplaceAll(plain, "\r\n", "\n"), another},
	{"bare newlines behind the first line", sseLine + "Host: x\n\n", another},
	{"one bare newline", sseLine + "X-A: b\nHost: x\r\n\r\n", another},
	{"a bare newline at the end", sseLine + "Host: x\r\n\n", another},
	{"a newline for a start", "\r\n" + plain, another},
	{"no upgrade", wsLine + "Host: x\r\n\r\n", another},
	{"an upgrade to something else", instead(socket, ": websocket", ": websockets"), another},
	{"an upgrade not named in Connection", instead(socket, ": Upgrade", ": keep-alive"), another},
	{"an upgrade twice", with(socket, "Upgrade: websocket"), another},
	{"another version", instead(socket, ": 13", ": 8"), another},
	{"no key", instead(socket, "Sec-WebSocket-Key", "X-Key"), another},
	{"a short key", instead(socket, "dGhl", ""), another},
	{"a key of 15 bytes", instead(socket, "ZQ==", "Z==="), another},
	{"a key of 17 bytes", instead(socket, "ZQ==", "ZQQ="), another},
	{"a key of 18 bytes", instead(socket, "ZQ==", "ZQQQ"), another},
	{"a key that is no base64", instead(socket, "dGhl", "d*hl"), another},
	{"a WebSocket of all", instead(socket, "match/elp-tig-2011-09-10/", ""), another},
	{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", another},
	{"the line protocol", "VERSION:1:CONNECT:ann:MATCH:elp-tig-2011-09-10\r\n", another},
}

// requestsBegun may become a stream's.
var requestsBegun = []headCase{
	{"nothing", "", unheard},
	{"a byte", "G", unheard},
	{"any path yet", "GET /1/ma", unheard},
	{"the line", sseLine, unheard},
	{"half a field", sseLine + "Ho", unheard},
	{"half a line's end", sseLine + "Host: x\r", unheard},
	{"half the end", sseLine + "Host: x\r\n\r", unheard},
	{"a long field", sseLine + "X-Long: " + strings.Repeat("x", 20_000), unheard},
}

func headCases() (all []headCase) {
	return append(append(append(all, streamsAskedFor...), otherRequests...), requestsBegun...)
}

func TestReadHead(t *testing.T) {
	for _, c := range headCases() {
		if _, what := readHead([]byte(c.said)); what != c.want {
			t.Errorf("%s: %d, want %d: %q", c.name, what, c.want, c.said)
		}
		agree(t, []byte(c.said))
	}
}

// What a request for a stream says is found in it.
func TestReadHeadParts(t *testing.T) {
	h, _ := readHead([]byte(with(instead(plain, "/stream", "/stream?since=3&user=ann"), "Last-Event-ID: 17-k3f9a2") + "more"))
	since, _ := h.value("since")
	user, _ := h.value("user")
	if _, there := h.value("use"); there {
		t.Error("a part of a parameter's name is taken for it")
	}
	for _, part := range [][2]string{{string(h.match), "elp-tig-2011-09-10"}, {string(h.last), "17-k3f9a2"}, {string(since), "3"}, {string(user), "ann"}} {
		if part[0] != part[1] {
			t.Errorf("got %q, want %q", part[0], part[1])
		}
	}
	if h, _ := readHead([]byte(socket)); string(h.key) != "dGhlIHNhbXBsZSBub25jZQ==" || h.size != len(socket) {
		t.Errorf("key %q, size %d", h.key, h.size)
	}
}

// At a kick-off there are tens of thousands a second.
func TestReadHeadAllocatesNothing(t *testing.T) {
	for _, c := range streamsAskedFor {
		said := []byte(c.said)
		if n := testing.AllocsPerRun(20, func() { readHead(said) }); n != 0 {
			t.Errorf("%s: %v allocations", c.name, n)
		}
	}
}
