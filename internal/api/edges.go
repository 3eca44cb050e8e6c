package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"matchstream/internal/auth"
	"matchstream/internal/live"
	"matchstream/internal/wire"
)

// AudienceReports is what an edge tells of its audience.
type AudienceReports wire.EdgeReport[live.AudienceReport]

type edgeInput struct {
	Name string `path:"name" pattern:"^[a-z0-9._-]{1,80}$" patternDescription:"1 to 80 of a-z, 0-9, . _ and -" doc:"Of the edge"`
	// A header, since an older origin refuses keys that it does not know.
	Round uint64 `header:"Match-Stream-Round" doc:"Which of this edge's reports it is, from 1 on; several requests may be one report. Of two the newer counts, whichever node they came to. Without it: the later"`
	Body  AudienceReports
}

type edgeOutput struct {
	Cache string `header:"Cache-Control" hidden:"true"`
	Body  wire.EdgeAnswer
}

// report is for edges.
func report(t auth.Token, _ *http.Request) (bool, string) { return t.Has(auth.Edge), "the scope edge" }

func (s *server) addEdges() {
	guard(s, report, huma.Operation{OperationID: "report-edge", Method: http.MethodPost, Path: "/1/edges/{name}",
		Summary:     "Report the audience of an edge",
		Description: "What is told of watchers now is forgotten after 15 s, or once it is reported that nobody is there; who came is counted for good. Matches that are not here are left out."},
		func(ctx context.Context, in *edgeInput) (*edgeOutput, error) {
			err := s.Live.HearEdge(tokenOf(ctx).Name+"/"+in.Name, in.Round, in.Body.Matches)
			if errors.Is(err, live.ErrReport) {
				return nil, fieldProblem(http.StatusUnprocessableEntity, "body.matches", err.Error())
			}
			return &edgeOutput{Cache: "no-store", Body: wire.EdgeAnswer{Key: s.Live.AudienceKey()}}, err
		})
}
