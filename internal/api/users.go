package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

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
		Summary: "How often a user connected", Description: "404 for who was never seen.",
		Errors: []int{http.StatusNotFound, http.StatusUnprocessableEntity}},
		func(_ context.Context, in *userInput) (*userOutput, error) {
			if err := checkUser(in.ID); err != nil {
				return nil, err
			}
			visits := s.Live.Visits(in.ID)
			if visits == 0 {
				return nil, neverSeen()
			}
			return &userOutput{user{ID: in.ID, Visits: visits}}, nil
		})
	guard(s, operate, huma.Operation{OperationID: "forget-user", Method: http.MethodDelete, Path: "/1/user/{id}",
		Summary: "Forget a user", Errors: []int{http.StatusNotFound, http.StatusUnprocessableEntity}},
		func(_ context.Context, in *userInput) (*struct{}, error) {
			if err := checkUser(in.ID); err != nil {
				return nil, err
			}
			if !s.Live.ForgetUser(in.ID) {
				return nil, neverSeen()
			}
			return nil, nil
		})
}

func checkUser(id string) error {
	if err := wire.CheckUser(id); err != nil {
		return fieldProblem(http.StatusUnprocessableEntity, "path.id", err.Error())
	}
	return nil
}

func neverSeen() error {
	return fieldProblem(http.StatusNotFound, "path.id", "this user was never seen")
}
