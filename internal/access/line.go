package access

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"net/netip"
	"strconv"
	"time"
)

// Line is one of the log: a *Request or a *Connection. docs/ACCESS-LOG.md tells
// what its fields mean; their order is that of the types.
type Line interface {
	// weight is about how many bytes it takes, in memory as in the file.
	weight() int
}

// The protocols of lines. A Request's is HTTP, a Connection's one of the others.
const (
	HTTP = "http"
	TCP  = "tcp"
	SSE  = "sse"
	WS   = "ws"
)

// Request is one that was answered: of the API, a page, the admin address.
type Request struct {
	When     Time           `json:"when"` // it came
	From     netip.AddrPort `json:"from"`
	Protocol string         `json:"protocol"`
	Method   string         `json:"method"`
	Path     string         `json:"path"`  // escaped, without the query
	Route    string         `json:"route"` // the pattern it went to; "": none
	Status   int            `json:"status"`
	Bytes    uint64         `json:"bytes"` // of the answer's body, as sent
	Took     Duration       `json:"ms"`
	By       string         `json:"by"`            // name of the operator's token; "": none was shown
	Cut      bool           `json:"cut,omitempty"` // the answer was cut off
}

// Connection is one of a stream, or one that was turned away at the door of the
// line protocol.
type Connection struct {
	When      Time           `json:"when"` // it came
	From      netip.AddrPort `json:"from"`
	Protocol  string         `json:"protocol"`
	User      string         `json:"user"`    // as the client calls it
	Match     string         `json:"match"`   // "": the board of all
	Since     string         `json:"since"`   // the position that was asked for; "": none
	Resumed   bool           `json:"resumed"` // it was had; else a status came first
	Begin     string         `json:"begin"`   // position that it began behind
	End       string         `json:"end"`     // position that it had reached: to resume from
	Events    uint64         `json:"events"`  // that were written whole
	Refreshes uint64         `json:"refreshes"`
	Bytes     uint64         `json:"bytes"`
	Took      Duration       `json:"ms"`
	Why       string         `json:"why"` // it ended
}

func (r *Request) weight() int { return 256 + len(r.Path) + len(r.Method) + len(r.By) }
func (c *Connection) weight() int {
	return 320 + len(c.User) + len(c.Match) + len(c.Since) + len(c.Begin) + len(c.End)
}

// Append puts a line, with its end, behind b. What is no UTF-8 becomes U+FFFD.
func Append(b []byte, l Line) []byte {
	to := bytes.NewBuffer(b)
	e := json.NewEncoder(to)
	e.SetEscapeHTML(false)
	if err := e.Encode(l); err != nil { // a number that is none
		return b
	}
	return to.Bytes()
}

// Time is in UTC, to the millisecond.
type Time struct{ time.Time }

const timeForm = `"2006-01-02T15:04:05.000Z"`

// At is a moment as the log has it.
func At(t time.Time) Time { return Time{t.UTC().Round(0).Truncate(time.Millisecond)} }

// MarshalJSON writes RFC 3339, always of the same length.
func (t Time) MarshalJSON() ([]byte, error) { return t.UTC().AppendFormat(nil, timeForm), nil }

// UnmarshalJSON reads any RFC 3339.
func (t *Time) UnmarshalJSON(text []byte) error {
	var read time.Time
	err := read.UnmarshalJSON(text)
	if y := read.UTC().Year(); err == nil && (y < 0 || y > 9999) {
		err = errors.New("when: a year from 0 to 9999 is expected")
	}
	*t = At(read)
	return err
}

// Duration is in milliseconds, to the microsecond.
type Duration time.Duration

// longest is what can be read: a century.
const longest = 100 * 365 * 24 * time.Hour

// Took is a duration as the log has it.
func Took(d time.Duration) Duration { return Duration(max(d, 0).Truncate(time.Microsecond)) }

// MarshalJSON writes a number.
func (d Duration) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(time.Duration(d).Microseconds())/1000, 'f', -1, 64), nil
}

// UnmarshalJSON reads a number.
func (d *Duration) UnmarshalJSON(text []byte) error {
	ms, err := strconv.ParseFloat(string(text), 64)
	if err != nil || !(ms >= 0 && ms <= float64(longest.Milliseconds())) {
		return errors.New("ms: milliseconds from 0 to a century are expected")
	}
	*d = Duration(time.Duration(math.Round(ms*1000)) * time.Microsecond)
	return nil
}
