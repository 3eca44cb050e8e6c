package match

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// Timeline is a match in a file: NDJSON, a header line, then an event a line.
type Timeline struct {
	Home, Visit Team   // ID and Name only
	Date        string // YYYY-MM-DD
	Stadium     string // "": not known
	Competition string // "": not known
	Result      *Result
	Lines       []Line
}

// Line is one event of a timeline.
type Line struct {
	// At is milliseconds since kick-off as time really passed, breaks
	// included; negative before it; never falling in a timeline.
	At      int64
	Body    []byte // the request's body: the line without at
	Request Request
}

// Result is how a match ended, as a record says it.
type Result struct {
	Score     [2]int // Home, Visit
	Shootout  bool   // there was one
	Penalties [2]int // goals in the shoot-out
}

// Result is how the match stands.
func (s State) Result() Result {
	r := Result{Shootout: s.Shootout}
	for side := range s.Sides {
		r.Score[side], r.Penalties[side] = s.Sides[side].Score, s.Sides[side].Penalties
	}
	return r
}

// String is 3:3, or 3:3 (4:2 in the shoot-out).
func (r Result) String() string {
	score := fmt.Sprintf("%d:%d", r.Score[Home], r.Score[Visit])
	if r.Shootout {
		score += fmt.Sprintf(" (%d:%d in the shoot-out)", r.Penalties[Home], r.Penalties[Visit])
	}
	return score
}

// ID is the id of the timeline's match.
func (t Timeline) ID() string { return MakeID(t.Home.ID, t.Visit.ID, t.Date) }

// MaxLine is how many bytes a line of a timeline may have: a request's 64 KiB
// and its time.
const MaxLine = 65<<10 - 1

// ReadTimeline reads a timeline and checks the form of every line, as
// ParseRequest does; whether the events can happen is known only when they
// are sent. Empty lines are passed over. An error begins with the line's
// number and, where the line is at fault, wraps a *Error.
func ReadTimeline(r io.Reader) (Timeline, error) {
	var t Timeline
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, MaxLine+1)
	n, header := 0, false
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		o, err := readObject(line)
		if err == nil && !header {
			header, err = true, t.readHeader(o)
		} else if err == nil {
			err = t.readLine(o)
		}
		if err != nil {
			return Timeline{}, fmt.Errorf("line %d: %w", n, err)
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return Timeline{}, fmt.Errorf("line %d: longer than %d bytes", n+1, MaxLine)
	case err != nil:
		return Timeline{}, fmt.Errorf("line %d: %w", n+1, err)
	case !header:
		return Timeline{}, errors.New(`line 1: expected the header, {"match":{…}}, the file is empty`)
	}
	return t, nil
}

// readLine reads an event. Its body is the line as it came, but for at.
func (t *Timeline) readLine(o object) *Error {
	i := slices.IndexFunc(o, func(m member) bool { return m.key == "at" })
	if i < 0 {
		return malformed("at", "missing: expected milliseconds since kick-off")
	}
	at, ok := whole(o[i].value)
	if !ok || at < -maxID || at > maxID {
		return malformed("at", "expected milliseconds since kick-off, a whole number")
	}
	if n := len(t.Lines); n > 0 && at < t.Lines[n-1].At {
		return malformed("at", "expected %d or more: times never fall", t.Lines[n-1].At)
	}
	o = slices.Delete(o, i, i+1)
	r, err := o.request()
	if err != nil {
		return err
	}
	t.Lines = append(t.Lines, Line{At: at, Body: o.text(), Request: r})
	return nil
}

// text is the object as compact JSON, in its order. Its keys need no escapes.
func (o object) text() []byte {
	b := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(strconv.AppendQuote(b, m.key), ':')
		b = append(b, compact(m.value)...)
	}
	return append(b, '}')
}

// put appends a member whose value encoding/json writes, with < > & as they
// are.
func (o *object) put(key string, value any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(value) != nil {
		return // cannot be: only texts, numbers, players and valid JSON
	}
	*o = append(*o, member{key: key, value: bytes.TrimSpace(b.Bytes())})
}

// WriteTimeline writes a timeline as ReadTimeline reads it. The error is the
// writer's.
func WriteTimeline(w io.Writer, t Timeline) error {
	b := append(t.header().text(), '\n')
	for _, l := range t.Lines {
		b = append(b, `{"at":`...)
		b = strconv.AppendInt(b, l.At, 10)
		b = append(b, ',')
		b = append(b, l.Body[1:]...)
		b = append(b, '\n')
	}
	_, err := w.Write(b)
	return err
}
