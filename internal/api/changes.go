package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/wire"
)

// MatchRequest is a match to be created.
type MatchRequest struct {
	Home        string   `json:"home" pattern:"^[a-z0-9_]{1,32}$" patternDescription:"a team id" doc:"Team id" example:"elp"`
	Visit       string   `json:"visit" pattern:"^[a-z0-9_]{1,32}$" patternDescription:"a team id" doc:"Team id" example:"tig"`
	Date        string   `json:"date" format:"date" doc:"The match's day, in UTC" example:"2011-09-10"`
	Stadium     string   `json:"stadium,omitempty" maxLength:"200"`
	Competition string   `json:"competition,omitempty" maxLength:"200"`
	Kickoff     string   `json:"kickoff,omitempty" doc:"RFC 3339, UTC" example:"2011-09-10T18:00:00Z"`
	Speed       *float64 `json:"speed,omitempty" minimum:"0" maximum:"100000" doc:"Of the match's clock; 1 if left out; 0: no clock, only minutes that are given"`
}

// MatchChange is what can be changed of a match; what is left out stays.
type MatchChange struct {
	Stadium     *string `json:"stadium,omitempty" maxLength:"200" doc:"Empty: not known any more"`
	Competition *string `json:"competition,omitempty" maxLength:"200" doc:"Empty: not known any more"`
	Kickoff     *string `json:"kickoff,omitempty" doc:"RFC 3339, UTC. Empty: not known any more" example:"2011-09-10T18:00:00Z"`
	Postponed   *bool   `json:"postponed,omitempty"`
}

// OnceHeader is the header that makes a request repeatable.
type OnceHeader struct {
	Key string `header:"Idempotency-Key" minLength:"1" maxLength:"255" doc:"1 to 255 printable characters: a repeat within a day returns the first answer and adds nothing"`
}

// ConditionHeader is the header that makes a request conditional.
type ConditionHeader struct {
	IfMatch string `header:"If-Match" doc:"A position (17-k3f9a2) or ETag of the match (its position counts): only if nothing has happened since; * sets no condition"`
}

type createInput struct {
	OnceHeader
	Body MatchRequest
}

type createOutput struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	Location    string `header:"Location" doc:"Of the match" example:"/1/match/elp-tig-2011-09-10"`
	Body        []byte
}

type patchInput struct {
	MatchPath
	ConditionHeader
	Body MatchChange
}

type deleteInput struct {
	MatchPath
	ConditionHeader
}

func (s *server) addChanges() {
	guard(s, operate, huma.Operation{OperationID: "create-match", Method: http.MethodPost, Path: "/1/matches",
		Summary: "Create a match", DefaultStatus: http.StatusCreated, Middlewares: huma.Middlewares{strictJSON},
		Description: "Both teams must be there. 409 if there is a match of these teams on this day.",
		Responses:   answers(http.StatusCreated, "The match", jsonOf(schemaOf[wire.Match](s))),
		Errors:      []int{http.StatusConflict}}, s.createMatch)
	guard(s, operate, huma.Operation{OperationID: "change-match", Method: http.MethodPatch, Path: "/1/match/{id}",
		Summary: "Change what is known of a match", Middlewares: huma.Middlewares{strictJSON},
		Description: "409 for postponing a match that has begun.",
		Errors:      []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed}}, s.changeMatch)
	guard(s, operate, huma.Operation{OperationID: "delete-match", Method: http.MethodDelete, Path: "/1/match/{id}",
		Summary:     "Delete a match and its history",
		Description: "Watchers are told, and closed.",
		Errors:      []int{http.StatusNotFound, http.StatusPreconditionFailed}}, s.deleteMatch)
}

func (s *server) createMatch(ctx context.Context, in *createInput) (*createOutput, error) {
	once, _, err := once(ctx)
	if err != nil {
		return nil, err
	}
	info := match.Info{Home: in.Body.Home, Visit: in.Body.Visit, Date: in.Body.Date, Stadium: in.Body.Stadium,
		Competition: in.Body.Competition, Kickoff: in.Body.Kickoff, Speed: 1}
	if in.Body.Speed != nil {
		info.Speed = *in.Body.Speed
	}
	body, err := s.Live.Create(ctx, live.Creation{Info: info, Once: once, Answer: func(v match.View) []byte {
		// Escaped, so that it stays the same bytes through whatever JSON it is kept in.
		b, err := json.Marshal(wire.NewMatch(v))
		if err != nil {
			panic(err) // contained; the types of wire cannot fail to encode
		}
		return b
	}})
	if err != nil {
		return nil, err
	}
	return &createOutput{ContentType: "application/json", Body: append(body[:len(body):len(body)], '\n'),
		Location: "/1/match/" + match.MakeID(info.Home, info.Visit, info.Date)}, nil
}

func (s *server) changeMatch(ctx context.Context, in *patchInput) (*matchOutput, error) {
	if err := s.holds(ctx, in.ID); err != nil {
		return nil, err
	}
	b := in.Body
	v, err := s.Live.Change(ctx, in.ID, live.Change{Stadium: b.Stadium, Competition: b.Competition, Kickoff: b.Kickoff, Postponed: b.Postponed})
	if err != nil {
		return nil, err
	}
	return &matchOutput{Status: http.StatusOK, ETag: etag(v), Cache: revalidate, Body: wire.NewMatch(v)}, nil
}

func (s *server) deleteMatch(ctx context.Context, in *deleteInput) (*struct{}, error) {
	if err := s.holds(ctx, in.ID); err != nil {
		return nil, err
	}
	return nil, s.Live.Delete(ctx, in.ID)
}

// holds checks If-Match where the store cannot: an event that comes between
// this look and the change goes unnoticed. Events check it in the journal.
func (s *server) holds(ctx context.Context, id string) error {
	c, err := readConditions(requestOf(ctx))
	if err != nil || c.ifMatch == nil {
		return err
	}
	m, err := s.Live.Match(ctx, id)
	if err != nil {
		return err
	}
	present := m.View().Position()
	if c.ifMatch.ID != present.ID || c.ifMatch.Epoch != "" && c.ifMatch.Epoch != present.Epoch {
		return &live.ConditionError{Present: present}
	}
	return nil
}

// once identifies the request that is being answered, and reads its conditions.
func once(ctx context.Context) (live.Once, conditions, error) {
	r := requestOf(ctx)
	c, err := readConditions(r)
	return live.Once{Scope: tokenOf(ctx).Name + " " + r.URL.Path, Key: c.key, Body: bodyOf(ctx)}, c, err
}
