package follow

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/coder/websocket"

	"matchstream/internal/wire"
	"matchstream/internal/words"
)

// maxMessage is how many bytes a message may have, or a frame of lines. A
// status with all that can be in it has some 60 kB.
const maxMessage = 1 << 20

type wsStream struct {
	*follower
	ctx  context.Context
	conn *websocket.Conn
}

func (f *follower) dialWS(ctx context.Context, base, since string) (stream, time.Duration, error) {
	to := "ws" + strings.TrimPrefix(base, "http") + f.path("ws")
	if since != "" {
		sign := "?"
		if f.User != "" {
			sign = "&"
		}
		to += sign + "since=" + url.QueryEscape(since)
	}
	conn, response, err := websocket.Dial(ctx, to, &websocket.DialOptions{HTTPClient: streams})
	if err != nil && response != nil && response.Body != nil {
		after, err := refusal(response)
		return nil, after, err
	}
	if err != nil {
		return nil, 0, err
	}
	conn.SetReadLimit(maxMessage)
	return &wsStream{follower: f, ctx: ctx, conn: conn}, 0, nil
}

func (s *wsStream) close() { s.conn.CloseNow() }

func (s *wsStream) next() (Frame, error) {
	_, message, err := s.conn.Read(s.ctx)
	switch wire.Code(websocket.CloseStatus(err)) {
	case wire.CodeNormal:
		return Frame{}, errOver
	case wire.CodeNoMatch:
		return Frame{}, errRemoved
	}
	var bye websocket.CloseError
	if errors.As(err, &bye) {
		return Frame{}, fmt.Errorf("the server closed it: %d %s", bye.Code, words.Plain(bye.Reason))
	}
	if err != nil {
		return Frame{}, err
	}
	if show := s.raw(); show != nil {
		if err := show(append(message[:len(message):len(message)], '\n')); err != nil {
			return Frame{}, err
		}
	}
	return parseObject(message)
}
