package follow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
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

// dialTCP asks for a port, each time anew: it may be another.
func (f *follower) dialTCP(ctx context.Context, since string) (stream, time.Duration, error) {
	var at struct {
		Host string
		Port int
	}
	if err := f.Server.Call(ctx, http.MethodGet, "/1/checkin", "", nil, &at); err != nil {
		return nil, 0, fmt.Errorf("asking for the TCP port: %w", mayPass(err))
	}
	d := net.Dialer{Timeout: connecting}
	conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort(at.Host, strconv.Itoa(at.Port)))
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
	err := s.Server.Call(s.ctx, http.MethodGet, "/1/match/"+url.PathEscape(s.Match), "", nil, &now)
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

// parseTCP reads a frame of the line protocol with IDS:on.
func parseTCP(f wire.TCPFrame) (Frame, error) {
	id, ok := f.Detail("id")
	at, err := match.ParsePosition(id.Value)
	if !ok || err != nil {
		return Frame{}, fmt.Errorf("expected a position in a frame with IDS:on, got %s with %q", f.Kind, id.Value)
	}
	if f.Kind == "status" {
		return Frame{Position: at, Status: statusTCP(f)}, nil
	}
	return Frame{Position: at, Event: eventTCP(f, at)}, nil
}

func statusTCP(f wire.TCPFrame) *Status {
	s := &Status{Home: text(f, "home"), Visit: text(f, "visit"), Period: match.Period(value(f, "period"))}
	s.Score = [2]int{number(f, "home_score"), number(f, "visit_score")}
	_, s.Shootout = f.Detail("home_penalties")
	s.Penalties = [2]int{number(f, "home_penalties"), number(f, "visit_penalties")}
	return s
}

func eventTCP(f wire.TCPFrame, at match.Position) match.Event {
	e := match.Event{ID: at.ID, Timestamp: f.Time.UnixMilli(), Kind: match.Kind(f.Kind)}
	e.Details = match.Details{
		Team: text(f, "team"), PlayerTeam: text(f, "player_team"), Staff: text(f, "staff"), Coach: text(f, "coach"),
		Reason: text(f, "reason"), Comment: text(f, "comment"),
		Card: value(f, "card"), How: value(f, "how"), About: value(f, "about"), Outcome: value(f, "outcome"),
		Player: player(f, "player"), PlayerIn: player(f, "player_in"), PlayerOut: player(f, "player_out"), Assist: player(f, "assist"),
		Players: list(f, "players"), Substitutes: list(f, "substitutes"),
		HomePlayers: list(f, "home_players"), VisitPlayers: list(f, "visit_players"), Ref: int64(number(f, "ref")),
	}
	if _, ok := f.Detail("minutes"); ok {
		n := number(f, "minutes")
		e.Minutes = &n
	}
	return e
}

// value is a detail as it stands on the line; "" if it is not there.
func value(f wire.TCPFrame, key string) string {
	d, _ := f.Detail(key)
	return d.Value
}

func text(f wire.TCPFrame, key string) string {
	s, _ := wire.TCPText(value(f, key))
	return s
}

func number(f wire.TCPFrame, key string) int {
	n, _ := strconv.Atoi(value(f, key))
	return n
}

func player(f wire.TCPFrame, key string) *match.Player {
	if p, ok := wire.TCPPlayer(value(f, key)); ok {
		return &p
	}
	return nil
}

func list(f wire.TCPFrame, key string) []match.Player {
	d, _ := f.Detail(key)
	return d.Players
}
