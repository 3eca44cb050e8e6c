package gate

import (
	"bytes"
	"encoding/base64"
	"strings"

	"matchstream/internal/wire"
)

// At a kick-off tens of thousands come over HTTP within a second, and nearly
// all of them ask for a stream in the same few words. readHead understands
// those, so that no goroutine, no buffer and no garbage is needed for them;
// whatever it does not understand wholly is net/http's, which takes the same
// way as ever. So this is no second reading of HTTP with opinions of its own:
// what it accepts, net/http reads the same (FuzzReadHead holds that).

// asked is what a request is for.
type asked uint8

const (
	unheard   asked = iota // the head is not there whole
	another                // something else, or not in plain words: net/http's
	forStream              // GET /1/match/{id}/stream
	forSocket              // GET /1/match/{id}/ws, a complete handshake
	forBoard               // GET /1/stream
)

// head is the head of a request for a stream. All are parts of what was said.
type head struct {
	match []byte
	query []byte
	last  []byte // Last-Event-ID
	key   []byte // Sec-WebSocket-Key
	size  int    // of the head
}

const (
	matchPath  = "GET /1/match/"
	streamPath = "/stream"
	socketPath = "/ws"
	boardPath  = "GET /1/stream"
	http11     = " HTTP/1.1\r\n"
)

// readHead reads the head of a request.
func readHead(said []byte) (h head, what asked) {
	end := bytes.IndexByte(said, '\n')
	if end < 0 {
		if n := min(len(said), len("GET /1/")); string(said[:n]) != "GET /1/"[:n] {
			return h, another
		}
		return h, unheard
	}
	if what = h.readTarget(said[:end+1]); what == another {
		return h, another
	}
	var f fields
	for rest := said[end+1:]; ; {
		line, more, whole := bytes.Cut(rest, crlf)
		switch {
		case !whole && bytes.IndexByte(line, '\n') >= 0: // net/http takes it for a line's end
			return h, another
		case !whole:
			return h, unheard
		case len(line) == 0:
			h.size, h.last, h.key = len(said)-len(more), f.last, f.key
			return h, f.allow(what)
		case !f.read(line):
			return h, another
		}
		rest = more
	}
}

var crlf = []byte("\r\n")

// readTarget reads the request's first line.
func (h *head) readTarget(line []byte) asked {
	target, ok := bytes.CutSuffix(line, []byte(http11))
	if !ok {
		return another
	}
	path, query, _ := bytes.Cut(target, []byte("?"))
	h.query = query
	if !all(query, inQuery) {
		return another
	}
	if string(path) == boardPath {
		return forBoard
	}
	rest, ok := bytes.CutPrefix(path, []byte(matchPath))
	if !ok {
		return another
	}
	what := forStream
	h.match, ok = bytes.CutSuffix(rest, []byte(streamPath))
	if !ok {
		what = forSocket
		if h.match, ok = bytes.CutSuffix(rest, []byte(socketPath)); !ok {
			return another
		}
	}
	if len(h.match) == 0 || !all(h.match, inMatch) {
		return another
	}
	return what
}

// value is the first of a name in the query.
func (h *head) value(name string) (value []byte, there bool) {
	for rest, more := h.query, true; more; {
		var pair []byte
		pair, rest, more = bytes.Cut(rest, []byte("&"))
		key, value, _ := bytes.Cut(pair, []byte("="))
		if string(key) == name && len(pair) > 0 {
			return value, true
		}
	}
	return nil, false
}

// fields are those of the head that matter here.
type fields struct {
	host, last, key, version, upgrade, connection []byte
}

// edgeField is of edges' requests only.
var edgeField = strings.ToLower(wire.ViaHeader)

// read one field; false: it is net/http's.
func (f *fields) read(line []byte) bool {
	name, value, ok := bytes.Cut(line, []byte(":"))
	if !ok || len(name) == 0 || !all(name, inName) || !all(value, inValue) {
		return false
	}
	value = bytes.Trim(value, " \t")
	var into *[]byte
	switch {
	case is(name, "host"):
		into = &f.host
	case is(name, "last-event-id"):
		into = &f.last
	case is(name, "upgrade"):
		into = &f.upgrade
	case is(name, "connection"):
		into = &f.connection
	case is(name, "sec-websocket-key"):
		into = &f.key
	case is(name, "sec-websocket-version"):
		into = &f.version
	case is(name, "content-length"), is(name, "transfer-encoding"), is(name, "trailer"), is(name, "expect"), is(name, edgeField):
		return false
	default:
		return true
	}
	if *into != nil || len(value) == 0 { // twice, or nothing in it
		return false
	}
	*into = value
	return true
}

// allow says whether a request is one that can be served here.
func (f *fields) allow(what asked) asked {
	if !all(f.host, inHost) || len(f.host) == 0 {
		return another
	}
	if what == forSocket {
		var key [18]byte
		n, err := base64.StdEncoding.Decode(key[:], f.key[:min(len(f.key), 24)])
		if len(f.key) != 24 || err != nil || n != 16 || string(f.version) != "13" ||
			!hasWord(f.upgrade, "websocket") || !hasWord(f.connection, "upgrade") {
			return another
		}
	}
	return what
}

// is compares a field's name with one in lower case.
func is(name []byte, lower string) bool {
	return len(name) == len(lower) && bytes.EqualFold(name, []byte(lower))
}

// hasWord looks for a word in a comma-separated list.
func hasWord(list []byte, word string) bool {
	for more := true; more; {
		var one []byte
		one, list, more = bytes.Cut(list, []byte(","))
		if is(bytes.Trim(one, " \t"), word) {
			return true
		}
	}
	return false
}

// Classes of bytes. They are narrower than HTTP's: the rest is net/http's.
const (
	inMatch = 1 << iota
	inQuery
	inName
	inHost
	inValue
)

var classes = func() (c [256]uint8) {
	set := func(class uint8, bytes string) {
		for i := range len(bytes) {
			c[bytes[i]] |= class
		}
	}
	const digits, lower, upper = "0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	set(inMatch, digits+lower+"-")
	set(inQuery, digits+lower+upper+"-._~=&")
	set(inName, digits+lower+upper+"-_")
	set(inHost, digits+lower+upper+"-.:[]")
	for b := ' '; b < 0x7f; b++ {
		c[b] |= inValue
	}
	c['\t'] |= inValue
	return c
}()

func all(s []byte, class uint8) bool {
	for _, b := range s {
		if classes[b]&class == 0 {
			return false
		}
	}
	return true
}
