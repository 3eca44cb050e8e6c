package api

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/shelf"
)

// newLists keeps lists of ids: everybody asks for one when he comes, and matches are made and
// begin seldom. Not those of scores and whole matches: they tell the minute, which passes by
// itself, and a score changes with events, which come all the time on a day with many matches.
func newLists() *shelf.Shelf {
	return &shelf.Shelf{Most: 100, Bytes: 8 << 20, Clock: time.Now}
}

// listIDs is kept as long as nothing changes that it tells. What was kept for an older version
// is asked for by nobody, and so is the first to go.
func (s *server) listIDs(ctx context.Context, in *listInput, periods []match.Period) (*listOutput, error) {
	key := in.key(s.Live.ListVersion(), periods) // before the matches are looked at
	list, err := s.kept(in, key, func() (shelf.Body, error) {
		found, last := cut(in.filter(s.Live.Matches(), periods), in.Limit)
		ids := make([]string, len(found))
		for i, f := range found {
			ids[i] = f.Info.ID
		}
		return shelf.Body{Plain: encode(ids), Note: last}, nil
	})
	if err != nil {
		return nil, err
	}
	out := &listOutput{ContentType: "application/json", Body: list.Plain}
	out.goesOn(ctx, list.Note)
	// A short one is not worth it, as with all answers.
	if len(list.Plain) >= gzhttp.DefaultMinSize && shelf.TakesGzip(requestOf(ctx).Header.Values("Accept-Encoding")) {
		packed, err := s.kept(in, "gzip "+key, func() (shelf.Body, error) {
			return shelf.Body{Packed: shelf.Pack(list.Plain).Packed}, nil // the other form is kept already
		})
		if err == nil && packed.Packed != nil {
			out.Encoding, out.Body = "gzip", packed.Packed
		}
	}
	return out, nil
}

// kept is what lies under key, or made, if it is the start of a list: that everybody asks
// for. How it goes on is asked for by few, and at as many places as there are ids.
func (s *server) kept(in *listInput, key string, make func() (shelf.Body, error)) (shelf.Body, error) {
	if in.After != "" {
		return make()
	}
	return s.lists.Get(key, make)
}

// key of a list of ids: all that it depends on. Each part is of a form that was checked.
func (in *listInput) key(v live.ListVersion, periods []match.Period) string {
	if periods == nil {
		v.Periods = 0 // it does not look at them
	}
	periods = slices.Sorted(slices.Values(periods)) // in whatever order they were asked for
	return fmt.Sprint(v.IDs, v.Periods, periods, in.Limit, " ", in.Date, " ", in.Team, " ", in.After)
}
