package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"matchstream/internal/live"
	"matchstream/internal/wire"
)

type userInput struct {
	ID string `path:"id" doc:"User id, as the client gave it"`
}

type user struct {
	ID     string `json:"id"`
	Visits uint64 `json:"visits" doc:"How often the user connected"`
}

type userOutput struct{ Body user }

func (s *server) addUsers() {
	guard(s, operate, huma.Operation{OperationID: "get-user", Method: http.MethodGet, Path: "/1/user/{id}",
		Summary: "How often a user connected", Description: "404 for who was never seen, or so long ago that others have taken his place.",
		Errors: []int{http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusServiceUnavailable}},
		func(ctx context.Context, in *userInput) (*userOutput, error) {
			if err := checkUser(in.ID); err != nil {
				return nil, err
			}
			visits, err := s.Live.Visits(ctx, in.ID)
			if err == nil && visits == 0 {
				err = live.ErrNotFound
			}
			if err != nil {
				return nil, neverSeen(err)
			}
			return &userOutput{user{ID: in.ID, Visits: visits}}, nil
		})
	guard(s, operate, huma.Operation{OperationID: "forget-user", Method: http.MethodDelete, Path: "/1/user/{id}",
		Summary: "Forget a user", Description: "Answered when it is durable. After 503 and 504 it is to be repeated.",
		Errors: []int{http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusServiceUnavailable, http.StatusGatewayTimeout}},
		func(ctx context.Context, in *userInput) (*struct{}, error) {
			if err := checkUser(in.ID); err != nil {
				return nil, err
			}
			known, err := s.Live.ForgetUser(ctx, in.ID)
			if err == nil && !known {
				err = live.ErrNotFound
			}
			return nil, neverSeen(err)
		})
}

func checkUser(id string) error {
	if err := wire.CheckUser(id); err != nil {
		return fieldProblem(http.StatusUnprocessableEntity, "path.id", err.Error())
	}
	return nil
}

// neverSeen says of a user what would else be said of a match; other errors
// stay as they are.
func neverSeen(err error) error {
	switch {
	case errors.Is(err, live.ErrNotFound):
		return fieldProblem(http.StatusNotFound, "path.id", "this user was never seen")
	case errors.Is(err, live.ErrNoVisits):
		return fieldProblem(http.StatusNotFound, "path.id", "this node remembers no users (serve --users 0)")
	}
	return err
}
