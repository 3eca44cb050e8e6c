package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"matchstream/internal/live"
	"matchstream/internal/wire"
)

// MatchPath is the path of what belongs to one match. (Exported like the other
// two that are embedded: huma passes over what is not.)
type MatchPath struct {
	ID string `path:"id" doc:"Match id: <home>-<visit>-<YYYY-MM-DD>" example:"elp-tig-2011-09-10"`
}

type getMatchInput struct {
	MatchPath
	IfNoneMatch string `header:"If-None-Match" doc:"ETags of earlier answers: 304 if the match still is as it was"`
}

type matchOutput struct {
	Status int
	ETag   string `header:"ETag" doc:"The match's position, and .<n> behind it once match or teams were changed n times without an event" example:"\"17-k3f9a2.1\""`
	Cache  string `header:"Cache-Control" hidden:"true"`
	Body   wire.Match
}

type audienceOutput struct{ Body live.Audience }

// revalidate lets clients keep an answer that they ask about every time.
const revalidate = "no-cache"

func (s *server) addMatch() {
	notModified := answers(http.StatusNotModified, "The match still is as it was", nil)
	handle(s, huma.Operation{OperationID: "get-match", Method: http.MethodGet, Path: "/1/match/{id}",
		Summary: "A match as it stands", Responses: notModified,
		Errors: []int{http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusServiceUnavailable}}, s.getMatch)
	handle(s, huma.Operation{OperationID: "get-audience", Method: http.MethodGet, Path: "/1/match/{id}/audience",
		Summary:     "How many watch a match",
		Description: "Over all protocols. `users` is an estimate of the user ids seen, which clients declare themselves.",
		Errors:      []int{http.StatusNotFound, http.StatusServiceUnavailable}},
		func(ctx context.Context, in *MatchPath) (*audienceOutput, error) {
			m, err := s.Live.Match(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			a, err := m.Audience(ctx)
			if err != nil {
				return nil, err
			}
			return &audienceOutput{a}, nil
		})
}

func (s *server) getMatch(ctx context.Context, in *getMatchInput) (*matchOutput, error) {
	m, err := s.Live.Match(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	v := m.View()
	out := &matchOutput{Status: http.StatusOK, ETag: etag(v), Cache: revalidate}
	has, err := noneMatch(requestOf(ctx).Header.Values("If-None-Match"), out.ETag)
	if err != nil {
		return nil, fieldProblem(http.StatusUnprocessableEntity, "header.If-None-Match", err.Error())
	}
	if has {
		out.Status = http.StatusNotModified
		return out, nil
	}
	out.Body = wire.NewMatch(v)
	return out, nil
}
