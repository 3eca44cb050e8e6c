package follow

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"matchstream/internal/client"
	"matchstream/internal/match"
	"matchstream/internal/wire"
	"matchstream/internal/words"
)

// connecting is how long a connection may take to come about.
const connecting = 10 * time.Second

type tcpStream struct {
	*follower
	ctx  context.Context
	conn net.Conn
	stop func() bool
	r    *wire.TCPReader
	done bool // after this frame the server closes
}

// dialTCP asks for a port, each time anew: it may be another, of another node.
func (f *follower) dialTCP(ctx context.Context, since string) (stream, time.Duration, error) {
	addresses, err := f.checkin(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("asking for the TCP port: %w", mayPass(err))
	}
	var conn net.Conn
	for d, i := (net.Dialer{Timeout: connecting}), 0; i == 0 || err != nil && i < len(addresses) && ctx.Err() == nil; i++ {
		if conn, err = d.DialContext(ctx, "tcp", addresses[i]); err == nil && f.secure() {
			conn, err = f.overTLS(ctx, conn, addresses[i])
		}
	}
	if err != nil {
		return nil, 0, err
	}
	line := "VERSION:1:CONNECT:" + f.User + ":MATCH:" + f.Match + ":IDS:on"
	if since != "" {
		line += ":SINCE:" + since
	}
	if _, err := io.WriteString(conn, line+"\r\n"); err != nil {
		conn.Close()
		return nil, 0, err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	return &tcpStream{follower: f, ctx: ctx, conn: conn, stop: stop, r: wire.NewTCPReader(tap(conn, f.raw()))}, 0, nil
}

// errPlain: what was asked for over TLS is not given on without.
var errPlain = errors.New("the server names no port of the line protocol over TLS (serve --tcp-tls), and without TLS what was asked for by https:// is not followed: expected --via sse or ws, or an http:// address")

// secure says whether the server is spoken to over TLS.
func (f *follower) secure() bool { return strings.HasPrefix(f.Server.Base, "https://") }

// overTLS greets a server; whom to trust is as for its API.
func (f *follower) overTLS(ctx context.Context, plain net.Conn, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, connecting)
	defer cancel()
	with := &tls.Config{MinVersion: tls.VersionTLS12}
	if t, ok := f.Server.HTTP.Transport.(*http.Transport); ok && t.TLSClientConfig != nil {
		with = t.TLSClientConfig.Clone()
		with.NextProtos = nil // they are HTTP's
	}
	with.ServerName, _, _ = net.SplitHostPort(address)
	c := tls.Client(plain, with)
	if err := c.HandshakeContext(ctx); err != nil {
		plain.Close()
		return nil, fmt.Errorf("TLS with %s: %w", address, err)
	}
	return c, nil
}

func (s *tcpStream) close() {
	s.stop()
	s.conn.Close()
}

func (s *tcpStream) next() (Frame, error) {
	f, err := s.r.Read()
	switch {
	case errors.Is(err, io.EOF) && s.done:
		return Frame{}, errOver
	case errors.Is(err, io.EOF):
		return Frame{}, s.why(err)
	case err != nil:
		return Frame{}, err
	case f.Error != "":
		return Frame{}, s.why(fmt.Errorf("the server says: %s", words.Plain(f.Error)))
	}
	frame, err := parseTCP(f)
	s.done = frame.Event.Kind == match.Stop || frame.Status != nil && frame.Status.Period == match.Ended
	return frame, err
}

// why asks the API why the server closed at a frame border: on the line it
// says so in no way, or in a sentence for people. trouble is what it was
// otherwise.
func (s *tcpStream) why(trouble error) error {
	var now struct {
		Position string
		Period   match.Period
	}
	err := s.ask(s.ctx, "/1/match/"+url.PathEscape(s.Match), &now)
	if client.Is(err, http.StatusNotFound) {
		return errRemoved
	}
	at, wrong := match.ParsePosition(now.Position)
	if err != nil || wrong != nil {
		return trouble
	}
	if s.known && now.Period == match.Ended && at.ID == s.at.ID && s.same(at) {
		return errOver
	}
	return trouble
}
