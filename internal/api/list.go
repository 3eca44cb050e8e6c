package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/wire"
)

// expandedAtOnce is how many matches one answer holds at most with expand=1:
// those that are over have to be read from the store.
const expandedAtOnce = 100

// scoresAtOnce is how many scores are.
const scoresAtOnce = 1000

type listInput struct {
	Period string `query:"period" doc:"Only matches in one of these periods, with commas between them: not_started, first, halftime, last, first_extra, halftime_extra, last_extra, penalties, ended" example:"first,last"`
	Date   string `query:"date" format:"date" doc:"Only matches of this day" example:"2011-09-10"`
	Team   string `query:"team" pattern:"^[a-z0-9_]{1,32}$" patternDescription:"a team id" doc:"Only matches of this team" example:"elp"`
	Expand bool   `query:"expand" doc:"Whole matches instead of ids, at most 100 in one answer"`
	Scores bool   `query:"scores" doc:"Scores, as /1/stream shows them, instead of ids, at most 1,000 in one answer; of all matches, without a look at their events"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" doc:"At most so many; the rest is at the address in Link. Without it: all ids, or 100 whole matches"`
	After  string `query:"after" doc:"Only matches behind this id in the list (by date, then id)" example:"elp-tig-2011-09-10"`
}

type listOutput struct {
	Link        string `header:"Link" doc:"Where the list goes on: <address>; rel=\"next\""`
	ContentType string `header:"Content-Type" hidden:"true"`
	Encoding    string `header:"Content-Encoding" hidden:"true"`
	Body        []byte
}

func (s *server) addMatches() {
	list := func() *huma.Schema { return &huma.Schema{Type: "array", Items: &huma.Schema{Type: "string"}} }
	for _, path := range []string{"/1/matches", "/matches"} {
		op := huma.Operation{OperationID: "list-matches", Method: http.MethodGet, Path: path,
			Summary:     "The matches, by date, then id",
			Description: "A list of ids, or with `expand=1` of matches, or with `scores=1` of scores.",
			Errors:      []int{http.StatusUnprocessableEntity, http.StatusServiceUnavailable},
			Responses: answers(http.StatusOK, "The ids, or the matches", jsonOf(&huma.Schema{OneOf: []*huma.Schema{
				list(), {Type: "array", MinItems: new(1), Items: schemaOf[wire.Match](s)}, {Type: "array", MinItems: new(1), Items: schemaOf[wire.Score](s)}}}))}
		if path == "/matches" {
			op.OperationID += "-2011"
			op.Description += " The same as /1/matches, at the address of 2011."
		}
		handle(s, op, s.listMatches)
	}
}

func jsonOf(schema *huma.Schema) map[string]*huma.MediaType {
	return map[string]*huma.MediaType{"application/json": {Schema: schema}}
}

func (s *server) listMatches(ctx context.Context, in *listInput) (*listOutput, error) {
	periods, err := in.check()
	if err != nil {
		return nil, err
	}
	if !in.Expand && !in.Scores {
		return s.listIDs(ctx, in, periods)
	}
	found := in.filter(s.Live.Matches(), periods)
	limit := in.Limit
	if in.Expand && (limit == 0 || limit > expandedAtOnce) {
		limit = expandedAtOnce
	}
	if in.Scores && limit == 0 {
		limit = scoresAtOnce
	}
	out := &listOutput{ContentType: "application/json"}
	found, last := cut(found, limit)
	out.goesOn(ctx, last)
	if in.Scores {
		out.Body = encode(s.scores(found))
		return out, nil
	}
	out.Body, err = s.expand(ctx, found)
	return out, err
}

// cut a list to so many at most (0: all); last is the last one's id if there are more.
func cut(found []live.Summary, limit int) (_ []live.Summary, last string) {
	if limit == 0 || len(found) <= limit {
		return found, ""
	}
	return found[:limit], found[limit-1].Info.ID
}

// goesOn says where, unless nothing is behind last ("").
func (out *listOutput) goesOn(ctx context.Context, last string) {
	if last != "" {
		out.Link = nextLink(requestOf(ctx).URL, last)
	}
}

func (s *server) scores(found []live.Summary) []wire.Score {
	all := make([]wire.Score, 0, len(found))
	for _, f := range found {
		if score, ok := s.Live.Score(f.Info.ID); ok {
			all = append(all, score)
		}
	}
	return all
}

func (s *server) expand(ctx context.Context, found []live.Summary) ([]byte, error) {
	all := make([]wire.Match, 0, len(found))
	for _, f := range found {
		m, err := s.Live.Match(ctx, f.Info.ID)
		if errors.Is(err, live.ErrNotFound) {
			continue // deleted since it was listed
		}
		if err != nil {
			return nil, err
		}
		all = append(all, wire.NewMatch(m.View()))
	}
	return encode(all), nil
}

// check gives the periods that are asked for, without repeats; nil: all.
func (in *listInput) check() ([]match.Period, error) {
	periods, err := parsePeriods(in.Period)
	if err != nil {
		return nil, err
	}
	if in.After != "" && match.CheckID(in.After) != nil {
		return nil, fieldProblem(http.StatusUnprocessableEntity, "query.after", "expected a match id: <home>-<visit>-<YYYY-MM-DD>")
	}
	return periods, nil
}

// filter keeps the order. Of a match it looks at nothing but its period and what its id is made
// of, which is what a live.ListVersion stands for (listIDs).
func (in *listInput) filter(all []live.Summary, periods []match.Period) []live.Summary {
	return slices.DeleteFunc(all, func(m live.Summary) bool {
		return periods != nil && !slices.Contains(periods, m.Period) ||
			in.Date != "" && m.Info.Date != in.Date ||
			in.Team != "" && m.Info.Home != in.Team && m.Info.Visit != in.Team ||
			in.After != "" && compareIDs(m.Info.ID, in.After) <= 0
	})
}

// compareIDs orders match ids as the list does: by their dates, which they
// end with, then as they are. So after= needs no match of that id to exist.
func compareIDs(a, b string) int {
	const date = len("2006-01-02")
	return cmp.Or(cmp.Compare(a[len(a)-date:], b[len(b)-date:]), cmp.Compare(a, b))
}

var allPeriods = []match.Period{match.NotStarted, match.First, match.HalftimeBreak, match.Last,
	match.FirstExtra, match.HalftimeExtra, match.LastExtra, match.Shootout, match.Ended}

func parsePeriods(list string) (periods []match.Period, err error) {
	if list == "" {
		return nil, nil
	}
	for _, name := range strings.Split(list, ",") {
		p := match.Period(strings.TrimSpace(name))
		if !slices.Contains(allPeriods, p) {
			return nil, fieldProblem(http.StatusUnprocessableEntity, "query.period",
				"expected some of "+join(allPeriods)+", with commas between them")
		}
		if !slices.Contains(periods, p) {
			periods = append(periods, p)
		}
	}
	return periods, nil
}

func join[T ~string](all []T) string {
	var b strings.Builder
	for i, one := range all {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(one))
	}
	return b.String()
}

// nextLink is the Link to the rest of a list, relative to the server.
func nextLink(u *url.URL, last string) string {
	query := u.Query()
	query.Set("after", last)
	return "<" + u.Path + "?" + query.Encode() + `>; rel="next"`
}

// encode is v as a line of JSON. The types of this package cannot fail to encode.
func encode(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("api: " + strconv.Quote(err.Error())) // contained, and logged
	}
	return b.Bytes()
}
