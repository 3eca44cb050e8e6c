package faulty

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"matchstream/internal/lab"
	"matchstream/internal/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var protocols = []lab.Protocol{lab.TCP, lab.SSE, lab.WebSocket}

func start(t *testing.T, f Fault) *Server {
	t.Helper()
	s, err := Start(f)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// happen puts events into the match: "start", or a comment's text.
func happen(t *testing.T, s *Server, events ...string) {
	t.Helper()
	for _, e := range events {
		kind, comment := "comment", e
		if e == "start" || e == "stop" || e == "halftime" || e == "continue" {
			kind, comment = e, ""
		}
		if _, err := s.Happen(kind, comment); err != nil {
			t.Fatal(err)
		}
	}
}

// look is one who watches with the readers that the project's clients have.
type look struct {
	t    *testing.T
	read func() (position, kind, comment string, err error)
}

// watch begins to watch; the error is that of the connection.
func watch(t *testing.T, s *Server, via lab.Protocol, user, since string) (*look, error) {
	t.Helper()
	l := &look{t: t}
	if via == lab.TCP {
		c, err := net.Dial("tcp", s.Lines())
		if err != nil {
			return nil, err
		}
		t.Cleanup(func() { c.Close() })
		line := "VERSION:1:CONNECT:" + user + ":MATCH:" + Match + ":IDS:on"
		if since != "" {
			line += ":SINCE:" + since
		}
		io.WriteString(c, line+"\r\n") //nolint:errcheck // then there is nothing to read
		r := wire.NewTCPReader(c)
		l.read = func() (string, string, string, error) {
			f, err := r.Read()
			if f.Error != "" {
				return "", "", "", errors.New(f.Error)
			}
			id, _ := f.Detail("id")
			comment, _ := f.Detail("comment")
			plain, ok := wire.TCPText(comment.Value)
			if !ok && comment.Value != "" {
				err = errors.New("malformed text")
			}
			return id.Value, f.Kind, plain, err
		}
		return l, nil
	}
	url := s.URL() + "/1/match/" + Match + "/" + map[lab.Protocol]string{lab.SSE: "stream", lab.WebSocket: "ws"}[via] + "?user=" + user + "&since=" + since
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	if via == lab.WebSocket {
		c, _, err := websocket.Dial(ctx, url, &websocket.DialOptions{HTTPClient: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}})
		if err != nil {
			return nil, err
		}
		l.read = func() (string, string, string, error) {
			_, b, err := c.Read(ctx)
			if err != nil {
				return "", "", "", err
			}
			return fromObject(b, "")
		}
		return l, nil
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { response.Body.Close() })
	if response.StatusCode != http.StatusOK {
		return nil, errors.New(response.Status)
	}
	sse := wire.NewSSEReader(response.Body)
	l.read = func() (string, string, string, error) {
		e, err := sse.Read()
		switch {
		case err != nil:
			return "", "", "", err
		case e.Event == "gone":
			return "", "gone", "", nil
		}
		return fromObject([]byte(e.Data), e.ID)
	}
	return l, nil
}

func fromObject(b []byte, id string) (position, kind, comment string, err error) {
	var o struct {
		Position, Kind string
		Data           struct{ Comment string }
	}
	if err := json.Unmarshal(b, &o); err != nil {
		return "", "", "", err
	}
	if id != "" && id != o.Position {
		return "", "", "", fmt.Errorf("id %q of %q", id, o.Position)
	}
	return o.Position, o.Kind, o.Data.Comment, nil
}

// next is what comes next, in short: "3 comment", "3 comment stray", or how it has ended: "end", "closed 1000",
// "cut", "reset", "malformed".
func (l *look) next(s *Server) string {
	position, kind, comment, err := l.read()
	var bye websocket.CloseError
	switch {
	case err == nil && kind == "gone":
		return kind
	case err == nil:
		id, epoch, _ := strings.Cut(position, "-")
		if comment != "" {
			kind = comment
		}
		if epoch != s.game(Match).epoch {
			kind += " of another"
		}
		return id + " " + kind
	case errors.As(err, &bye):
		return fmt.Sprint("closed ", int(bye.Code))
	case errors.Is(err, syscall.ECONNRESET):
		return "reset"
	case errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return "end"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "cut"
	}
	return "malformed"
}

// all is what comes until the end, or for want frames, and in that time nothing else.
func (l *look) all(s *Server, want int) (seen []string) {
	for range want {
		n := l.next(s)
		seen = append(seen, n)
		if !strings.Contains(n, " ") || strings.HasPrefix(n, "closed") {
			break
		}
	}
	return seen
}

// ask makes a request of the API.
func ask(t *testing.T, s *Server, method, path, body string, header ...string) (int, string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, s.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	b, err := io.ReadAll(bufio.NewReader(response.Body))
	return response.StatusCode, string(b), err
}
