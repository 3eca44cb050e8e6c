package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"matchstream/internal/match"
)

// Team is a team as the API shows it.
type Team struct {
	ID       string   `json:"id" example:"elp"`
	Name     string   `json:"name" example:"Estudiantes de La Plata"`
	Division string   `json:"division,omitempty"`
	Colours  []string `json:"colours,omitempty"`
}

func newTeam(t match.Team) Team {
	return Team{ID: t.ID, Name: t.Name, Division: t.Division, Colours: t.Colours}
}

type teamInput struct {
	ID string `path:"id" doc:"Team id" example:"elp"`
}

type putTeamInput struct {
	ID   string `path:"id" pattern:"^[a-z0-9_]{1,32}$" patternDescription:"1 to 32 of a-z, 0-9 and _" doc:"Team id" example:"elp"`
	Body TeamRequest
}

// TeamRequest is what is told of a team to create or change it: all of it.
type TeamRequest struct {
	Name     string   `json:"name" minLength:"1" maxLength:"200" example:"Estudiantes de La Plata"`
	Division string   `json:"division,omitempty"`
	Colours  []string `json:"colours,omitempty" example:"[\"red\",\"white\"]"`
}

type teamsOutput struct{ Body []Team }

type teamOutput struct{ Body Team }

type putTeamOutput struct {
	Status int
	Body   Team
}

func (s *server) addTeams() {
	handle(s, huma.Operation{OperationID: "list-teams", Method: http.MethodGet, Path: "/1/teams",
		Summary: "The teams, by id"},
		func(context.Context, *struct{}) (*teamsOutput, error) {
			out := &teamsOutput{Body: []Team{}}
			for _, t := range s.Live.Teams() {
				out.Body = append(out.Body, newTeam(t))
			}
			return out, nil
		})
	handle(s, huma.Operation{OperationID: "get-team", Method: http.MethodGet, Path: "/1/team/{id}",
		Summary: "A team", Errors: []int{http.StatusNotFound, http.StatusServiceUnavailable}},
		func(ctx context.Context, in *teamInput) (*teamOutput, error) {
			t, ok, err := s.Live.FindTeam(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			if !ok {
				return nil, fieldProblem(http.StatusNotFound, "path.id", "there is no such team")
			}
			return &teamOutput{newTeam(t)}, nil
		})
	guard(s, operate, huma.Operation{OperationID: "put-team", Method: http.MethodPut, Path: "/1/team/{id}",
		Summary: "Create or change a team", Middlewares: huma.Middlewares{strictJSON},
		Description: "The team is then as the body says: what the body leaves out is gone.",
		Responses:   answers(http.StatusCreated, "The new team", jsonOf(schemaOf[Team](s)))},
		func(ctx context.Context, in *putTeamInput) (*putTeamOutput, error) {
			t, created, err := s.Live.PutTeam(ctx, match.Team{ID: in.ID, Name: in.Body.Name, Division: in.Body.Division, Colours: in.Body.Colours})
			if err != nil {
				return nil, err
			}
			out := &putTeamOutput{Status: http.StatusOK, Body: newTeam(t)}
			if created {
				out.Status = http.StatusCreated
			}
			return out, nil
		})
}
