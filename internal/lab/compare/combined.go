package compare

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// combined is a line of nginx's format of that name:
//
//	$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"
//
// The last two may be missing (the common format), and more may stand behind them.
type combined struct {
	from, user     string
	when           time.Time // it ended, to the second
	method, path   string    // "" both: what came was no request
	query          string
	status         int
	referer, agent string
}

// noRequest is the step of who did not speak HTTP.
const noRequest = "no request"

const combinedTime = "02/Jan/2006:15:04:05 -0700"

var errCombined = errors.New(`expected address - user [time] "request" status bytes "referer" "agent"`)

func parseCombined(line string) (combined, error) {
	var c combined
	line = strings.TrimRight(line, "\r\n")
	from, rest, ok := strings.Cut(line, " ")
	if !ok || from == "" {
		return c, errCombined
	}
	c.from = from
	// A user's name may have blanks in it, even brackets: the time is what reads as one.
	when := strings.Index(rest, " [")
	for ; when >= 0; when = next(rest, when) {
		end := strings.Index(rest[when:], "] ")
		if end < 0 {
			return c, errCombined
		}
		var err error
		if c.when, err = time.Parse(combinedTime, rest[when+2:when+end]); err == nil {
			_, c.user, _ = strings.Cut(rest[:when], " ")
			rest = rest[when+end+2:]
			break
		}
	}
	if when < 0 {
		return c, fmt.Errorf("%w: no time like [10/Sep/2011:18:00:00 +0000]", errCombined)
	}
	request, rest, ok := quoted(rest)
	if !ok {
		return c, fmt.Errorf("%w: the request has no end", errCombined)
	}
	c.request(request)
	status, rest, _ := strings.Cut(strings.TrimPrefix(rest, " "), " ")
	n, err := strconv.Atoi(status)
	if err != nil || n < 0 || n > 999 {
		return c, fmt.Errorf("%w: no status", errCombined)
	}
	c.status = n
	size, rest, _ := strings.Cut(rest, " ")
	if _, err := strconv.ParseUint(size, 10, 64); err != nil && size != "-" {
		return c, fmt.Errorf("%w: no bytes", errCombined)
	}
	if c.referer, rest, ok = quoted(rest); ok {
		c.agent, _, _ = quoted(strings.TrimPrefix(rest, " "))
	}
	return c, nil
}

// next is where behind at " [" stands again; -1: nowhere.
func next(s string, at int) int {
	i := strings.Index(s[at+1:], " [")
	if i < 0 {
		return -1
	}
	return at + 1 + i
}

// request takes a request line apart.
func (c *combined) request(text string) {
	parts := strings.Split(text, " ")
	if len(parts) != 3 || !strings.HasPrefix(parts[2], "HTTP/") || parts[0] == "" {
		return
	}
	path, query, _ := strings.Cut(parts[1], "?")
	c.method, c.path, c.query = parts[0], path, query
}

// quoted reads a text in quotes, in which \" and \\ and \x22 stand for bytes.
func quoted(s string) (text, rest string, ok bool) {
	s, ok = strings.CutPrefix(s, `"`)
	if !ok {
		return "", s, false
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:], true
		case s[i] == '\\' && i+3 < len(s) && s[i+1] == 'x':
			n, err := strconv.ParseUint(s[i+2:i+4], 16, 8)
			if err != nil {
				b.WriteByte(s[i])
				continue
			}
			b.WriteByte(byte(n))
			i += 3
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			b.WriteByte(s[i+1])
			i++
		default:
			b.WriteByte(s[i])
		}
	}
	return "", "", false
}

// entry is the line as a step of a user.
func (c combined) entry() entry {
	e := entry{when: c.when, from: c.from, what: noRequest}
	if c.path == "" {
		return e
	}
	e.what = step(c.method, c.path, c.status)
	switch {
	case e.what == "GET /1/match/{id}/stream" && c.status == http.StatusOK:
		e.what, e.stream = "sse", true
	case c.path == "/1/stream" && c.status == http.StatusOK:
		e.what, e.stream = board, true
	case c.status == http.StatusSwitchingProtocols:
		e.what, e.stream = "ws", true
	}
	if values, err := url.ParseQuery(c.query); err == nil && e.stream {
		e.user = values.Get("user")
	}
	return e
}
