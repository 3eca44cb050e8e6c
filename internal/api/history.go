package api

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/shelf"
	"matchstream/internal/wire"
)

const ndjson = "application/x-ndjson"

type historyInput struct {
	MatchPath
	Since  string `query:"since" doc:"Only the events after this position" example:"17-k3f9a2"`
	Accept string `header:"Accept" doc:"application/x-ndjson: a timeline"`
}

type historyOutput struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	Cache       string `header:"Cache-Control" hidden:"true"`
	Vary        string `header:"Vary" hidden:"true"`
	Encoding    string `header:"Content-Encoding" hidden:"true"`
	Body        []byte
}

// newHistories keeps whole histories: at kick-off, and after each goal that is told of, a
// hundred thousand apps ask for the same one (docs/SCALING.md).
func newHistories() *shelf.Shelf {
	return &shelf.Shelf{Most: 1000, Bytes: 8 << 20, Clock: time.Now}
}

func (s *server) addHistory() {
	content := jsonOf(&huma.Schema{Type: "array", Items: schemaOf[wire.Event](s)})
	content[ndjson] = &huma.MediaType{Schema: &huma.Schema{Type: "string",
		Description: "A timeline: the header line, then a line for each event"}}
	handle(s, huma.Operation{OperationID: "get-history", Method: http.MethodGet, Path: "/1/match/{id}/history",
		Summary: "The events of a match, oldest first",
		Description: "With a token of scope operator each event shows the name of the token that it came by. " +
			"409 where `since` is of another epoch or of the future.",
		Responses: answers(http.StatusOK, "The events", content),
		Errors:    []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity, http.StatusServiceUnavailable}}, s.getHistory)
}

func (s *server) getHistory(ctx context.Context, in *historyInput) (*historyOutput, error) {
	var since match.Position
	if requestOf(ctx).URL.Query().Has("since") {
		var err error
		if since, err = match.ParsePosition(in.Since); err != nil {
			return nil, fieldProblem(http.StatusUnprocessableEntity, "query.since",
				"expected a position (17-k3f9a2) or an event's id (17); 0 is before everything")
		}
	}
	m, err := s.Live.At(ctx, in.ID, &since)
	if err != nil {
		return nil, err
	}
	showBy, err := s.seesOperators(requestOf(ctx))
	if err != nil {
		return nil, err
	}
	out := &historyOutput{Cache: revalidate, Vary: "Accept, Authorization, Accept-Encoding"}
	if in.Accept != ndjson && since == (match.Position{}) {
		if err := s.wholeHistory(ctx, m, showBy, out); err != nil {
			return nil, err
		}
		return out, nil
	}
	v, events, err := eventsSince(m, since)
	if err != nil {
		return nil, err
	}
	if in.Accept == ndjson {
		out.ContentType = ndjson
		var b bytes.Buffer
		err = match.WriteTimeline(&b, match.NewTimeline(v, events))
		out.Body = b.Bytes()
	} else {
		out.ContentType = "application/json"
		out.Body = historyJSON(events, v.Info.Epoch, showBy)
	}
	return out, err
}

// wholeHistory is kept by the match's position. Under one it may have an event more, if
// that came while it was made; nobody asks for the older one any more then.
func (s *server) wholeHistory(ctx context.Context, m *live.Match, showBy bool, out *historyOutput) error {
	key := m.ID() + " " + m.View().Position().String() + " " + strconv.FormatBool(showBy)
	b, err := s.histories.Get(key, func() (shelf.Body, error) {
		v, events, err := eventsSince(m, match.Position{})
		if err != nil {
			return shelf.Body{}, err
		}
		return shelf.Pack(historyJSON(events, v.Info.Epoch, showBy)), nil
	})
	out.ContentType, out.Body = "application/json", b.Plain
	if b.Packed != nil && shelf.TakesGzip(requestOf(ctx).Header.Values("Accept-Encoding")) {
		out.Encoding, out.Body = "gzip", b.Packed
	}
	return err
}

// eventsSince gives events and the match as it stood right behind them: a
// timeline that ends before the stop must not say how the match ended.
func eventsSince(m *live.Match, since match.Position) (match.View, []match.Event, error) {
	for {
		events, err := m.Since(since)
		if err != nil {
			return match.View{}, nil, err
		}
		if v := m.View(); v.State.LastID == since.ID+int64(len(events)) {
			return v, events, nil
		}
		// An event came between the two looks; there is one at most now and then.
	}
}

func historyJSON(events []match.Event, epoch string, showBy bool) []byte {
	all := make([]wire.Event, len(events))
	for i, e := range events {
		all[i] = wire.NewEvent(e, epoch, showBy)
	}
	return encode(all)
}
