package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/wire"
)

type eventInput struct {
	MatchPath
	OnceHeader
	ConditionHeader
	RawBody []byte `contentType:"application/json"`
}

type eventOutput struct{ Body wire.Event }

func (s *server) addEvents() {
	op := huma.Operation{OperationID: "post-event", Method: http.MethodPost, Path: "/1/match/{id}/events",
		Summary: "Register an event", DefaultStatus: http.StatusCreated,
		Description: "The body is a timeline's line without `at`. The answer comes when the event is durable, and shows it as stored. " +
			"409: it cannot happen now; 422: malformed, or names that are not known. Nothing is changed then. " +
			"A token of scope match:<id> will do.",
		SkipValidateBody: true, // match.ParseRequest does, and says more
		Errors:           []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed}}
	guard(s, post, op, s.postEvent)
	// huma calls a body that it does not parse binary.
	described := s.huma.OpenAPI().Paths[op.Path].Post
	described.RequestBody.Content["application/json"].Schema = &huma.Schema{Ref: "#/components/schemas/EventRequest"}
}

func (s *server) postEvent(ctx context.Context, in *eventInput) (*eventOutput, error) {
	once, conditions, err := once(ctx)
	if err != nil {
		return nil, err
	}
	m, err := s.Live.Match(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	request, err := match.ParseRequest(once.Body)
	if err != nil {
		return nil, err
	}
	e, err := m.Append(ctx, request, live.Appending{By: tokenOf(ctx).Name, Once: once, IfMatch: conditions.ifMatch})
	if err != nil {
		return nil, err
	}
	return &eventOutput{wire.NewEvent(e, m.View().Info.Epoch, true)}, nil
}
