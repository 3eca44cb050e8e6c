// Package follow follows one match from outside, over any of the three
// protocols, and goes on by itself after a break.
//
// # How nothing is missed and nothing comes twice
//
// The only memory is the position of the last frame that was given on. Whoever
// comes back asks for what is behind it, and the server answers with exactly
// that (docs/PROTOCOL.md, "Resuming"). The follower does not take it on trust:
// events of one match are numbered without holes, so one that it has seen is
// dropped, and one that does not follow the last ends the connection, to be
// asked for again. Only a status may lead over a gap, and says so (Note).
//
// # How it ends
//
// The match is over or was deleted: then there is no use in coming back, and
// each protocol says so in its own way, which its file hides. Everything else
// is a break, and is followed by another try for as long as ctx lasts.
package follow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"time"

	"matchstream/internal/client"
	"matchstream/internal/match"
)

// Options say what is followed, and who is told.
type Options struct {
	Server *client.Client // where it is asked for ports and whether there is the match
	Match  string         // id
	Via    string         // one of Protocols
	User   string         // the user's id; may be empty
	Since  string         // a position to go on behind; "": from the status on

	Clock client.Clock // needed; waits between tries

	// Take is given each frame, in order. Its error ends it all.
	Take func(Frame) error
	// Raw, if not nil, is given each frame's bytes before Take, and signs of
	// life between them; over WebSocket a message and a newline.
	Raw func([]byte) error
	// Lost is told once of each break, and Back once it is over.
	Lost func(cause error)
	Back func()
}

// Protocols that a match can be followed by.
var Protocols = []string{"tcp", "sse", "ws"}

// End is why there is no use in coming back.
type End int

const (
	Over    End = iota // the match is over, all of it was given on
	Removed            // the match was deleted
)

// ErrUnknown: there was no such match when it was first asked for.
var ErrUnknown = errors.New("there is no such match")

// What ends a stream, beside trouble. A stream wraps one of them.
var (
	errOver    = errors.New("the match is over")
	errRemoved = errors.New("the match is not there")
)

// takerError is one of Take or Raw, in their words.
type takerError struct{ error }

func (e takerError) Unwrap() error { return e.error }

// Follow follows the match to its end. The error is ctx's, Take's or Raw's,
// ErrUnknown, the server's refusal of what was asked for, or that there is no line
// protocol over TLS where the server is one of https://.
func Follow(ctx context.Context, o Options) (End, error) {
	f := &follower{Options: o}
	if o.Since != "" {
		p, err := match.ParsePosition(o.Since)
		if err != nil {
			return 0, err
		}
		f.at, f.known = p, true
	}
	wait := client.NewBackoff()
	for {
		f.heard = false
		asked, err := f.once(ctx)
		f.broken = true
		var refused *client.Refusal
		var takers takerError
		var again againError
		switch {
		case ctx.Err() != nil:
			return 0, context.Cause(ctx)
		case errors.Is(err, errOver):
			return Over, nil
		case errors.Is(err, errRemoved) && f.begun:
			return Removed, nil
		case errors.Is(err, errRemoved):
			return 0, ErrUnknown
		case errors.Is(err, errPlain) && !f.begun:
			return 0, errPlain
		case errors.As(err, &takers):
			return 0, takers.error
		case errors.As(err, &refused) && !errors.As(err, &again):
			return 0, err
		}
		if f.heard {
			wait = client.NewBackoff()
		}
		if f.over && f.heard && f.looked != f.at {
			f.looked = f.at
			continue // the end, most likely: one more look says so
		}
		if !f.lost {
			f.lost = true
			o.Lost(inWords(err))
		}
		// Many may have been asked to wait as long.
		asked += rand.N(asked/4 + 1)
		if err := o.Clock.Until(ctx, o.Clock.Now().Add(wait.Next(asked))); err != nil {
			return 0, err
		}
	}
}

// inWords is a cause for a person, without the request that met it.
func inWords(err error) error {
	var asking *url.Error
	if errors.As(err, &asking) {
		err = asking.Err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the server closed it")
	}
	return err
}

// againError: refused for now.
type againError struct{ error }

func (e againError) Unwrap() error { return e.error }

// follower is one who follows. One goroutine.
type follower struct {
	Options
	at     match.Position // behind the last frame given on
	known  bool           // at is something
	begun  bool           // the match has been there
	heard  bool           // something came on this connection
	over   bool           // as last heard, the match has ended
	looked match.Position // where it was asked at once whether that is the end
	lost   bool           // a break has been told of
	retry  time.Duration  // how long an SSE server wants one to wait
	broken bool           // a connection has ended
	places []place        // the nodes, as last heard
}

// stream is one connection.
type stream interface {
	// next waits for the next frame. It wraps errOver or errRemoved where
	// there is no use in coming back.
	next() (Frame, error)
	close()
}

// once follows until the connection ends, and says how long the server wants
// to be left alone.
func (f *follower) once(ctx context.Context) (asked time.Duration, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	since := ""
	if f.known {
		since = f.at.String()
	}
	s, after, err := f.dial(ctx, since)
	if err != nil {
		return max(after, f.retry), err
	}
	defer s.close()
	f.begun = f.begun || f.Via != "tcp" // there the answer is yet to come
	for {
		frame, err := s.next()
		if err != nil {
			return f.retry, err
		}
		f.begun = true
		if f.lost {
			f.lost = false
			f.Back()
		}
		if err := f.take(frame); err != nil {
			return f.retry, err
		}
	}
}

func (f *follower) dial(ctx context.Context, since string) (stream, time.Duration, error) {
	switch f.Via {
	case "tcp":
		return f.dialTCP(ctx, since)
	case "sse":
		return f.anywhere(ctx, since, f.dialSSE)
	case "ws":
		return f.anywhere(ctx, since, f.dialWS)
	}
	return nil, 0, fmt.Errorf("protocol %q: expected one of %v", f.Via, Protocols)
}

// anywhere asks for a stream at one address after the other, until there is one, or
// a refusal that would be the same everywhere. If there is none it is that of the
// last which counts.
func (f *follower) anywhere(ctx context.Context, since string, dial func(ctx context.Context, base, since string) (stream, time.Duration, error)) (s stream, after time.Duration, err error) {
	for _, base := range f.bases(ctx) {
		s, after, err = dial(ctx, base, since)
		var refused *client.Refusal
		var again againError
		if err == nil || ctx.Err() != nil || errors.Is(err, errOver) || errors.Is(err, errRemoved) || errors.As(err, &refused) && !errors.As(err, &again) {
			break
		}
	}
	return s, after, err
}
