package compare

import (
	"errors"
	"io"
	"time"

	"matchstream/internal/access"
)

// board is the stream of all matches, as a step.
const board = "sse of all matches"

func (l *Log) readOurs(from io.Reader) error {
	r := access.NewReader(from)
	for {
		line, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var bad *access.LineError
		if err != nil && !errors.As(err, &bad) {
			return err
		}
		l.Lines++
		if err != nil {
			l.bad(err)
			continue
		}
		switch line := line.(type) {
		case *access.Request:
			if line.By != "" {
				l.left++ // an operator's
				continue
			}
			l.add(ourRequest(line))
		case *access.Connection:
			l.add(ourConnection(line))
		}
	}
}

func ourRequest(r *access.Request) entry {
	return entry{when: r.When.Time, lasted: time.Duration(r.Took), from: r.From.Addr().String(), port: r.From.Port(),
		what: step(r.Method, r.Path, r.Status)}
}

func ourConnection(c *access.Connection) entry {
	e := entry{when: c.When.Time, lasted: time.Duration(c.Took), from: c.From.Addr().String(), port: c.From.Port(), user: c.User,
		what: harmless(c.Protocol), stream: true, why: harmless(c.Why), position: c.Since != "", resumed: c.Resumed,
		slow: c.Refreshes > 0 || c.Why == "too_slow"}
	if c.Match == "" && c.Protocol == access.SSE {
		e.what = board
	}
	return e
}
