package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

func TestProblems(t *testing.T) {
	at := match.Position{ID: 17, Epoch: "k3f9a2"}
	wrapped := func(err error) error { return fmt.Errorf("append: %w", err) }
	for name, c := range map[string]struct {
		err     error
		reading bool
		status  int
		title   string
		detail  string
		headers map[string]string
	}{
		"not JSON":             {err: &match.Error{Reason: match.NotJSON, Message: "expected JSON"}, status: 400, detail: "expected JSON"},
		"malformed":            {err: &match.Error{Reason: match.Malformed, Field: "player.number", Message: "expected 0 to 999"}, status: 422, detail: "body.player.number: expected 0 to 999"},
		"refused":              {err: wrapped(&match.Error{Reason: match.Refused, Message: "not now", Next: []match.Kind{match.Start}}), status: 409, detail: "not now"},
		"condition":            {err: wrapped(&live.ConditionError{Present: at}), status: 412, detail: "17-k3f9a2", headers: map[string]string{"ETag": `"17-k3f9a2"`}},
		"conflict":             {err: wrapped(&live.ConflictPosition{Present: at}), reading: true, status: 409, detail: "17-k3f9a2"},
		"not found":            {err: wrapped(live.ErrNotFound), status: 404, detail: "no such match"},
		"exists":               {err: wrapped(live.ErrExists), status: 409, detail: "exists already"},
		"key":                  {err: wrapped(live.ErrKeyReused), status: 422, detail: "header.Idempotency-Key"},
		"unavailable":          {err: wrapped(store.ErrUnavailable), status: 503, detail: "nothing was stored", headers: map[string]string{"Retry-After": "1"}},
		"full":                 {err: wrapped(store.ErrFull), status: 503, detail: "disk is full; nothing was stored", headers: map[string]string{"Retry-After": "10"}},
		"unwritable":           {err: wrapped(store.ErrUnwritable), status: 503, detail: "disk cannot be written now; nothing was stored", headers: map[string]string{"Retry-After": "10"}},
		"removed":              {err: wrapped(store.ErrRemoved), status: 503, detail: "removed from its cluster and takes nothing more: go to another one; nothing was stored", headers: map[string]string{"Retry-After": "10"}},
		"damaged":              {err: wrapped(&live.DamagedError{Match: "elp-tig-2011-09-10", Last: 6, Cause: errors.New("record 7 does not follow record 6")}), status: 503, detail: "up to record 6 only and takes no more events: record 7 does not follow record 6; restore it", headers: map[string]string{"Retry-After": "60"}},
		"closed":               {err: store.ErrClosed, status: 503, headers: map[string]string{"Retry-After": "1"}},
		"unknown":              {err: wrapped(store.ErrUnknown), status: 504, title: "outcome-unknown", detail: "same Idempotency-Key"},
		"too late":             {err: wrapped(context.DeadlineExceeded), status: 504, title: "outcome-unknown"},
		"late, but surely not": {err: fmt.Errorf("%w: %w", store.ErrUnavailable, context.DeadlineExceeded), status: 503},
		"unknown, reading":     {err: store.ErrUnknown, reading: true, status: 503},
		"too late, reading":    {err: context.DeadlineExceeded, reading: true, status: 503},
		"own":                  {err: wrapped(problem(418, "a teapot")), status: 418, detail: "a teapot"},
		"anything else":        {err: errors.New("password of the store"), status: 500, detail: internalTrouble},
	} {
		t.Run(name, func(t *testing.T) {
			s := &server{Options: Options{Log: slog.New(slog.DiscardHandler)}}
			p := s.problemOf(httptest.NewRequest("POST", "/1/matches", nil), c.err, !c.reading)
			if p.Status != c.status || !strings.Contains(p.Detail, c.detail) {
				t.Errorf("%d %q, want %d %q", p.Status, p.Detail, c.status, c.detail)
			}
			if c.title == "" {
				c.title = http.StatusText(c.status)
			}
			if p.Title != c.title || (c.status == 504) != (p.Type == "urn:matchstream:outcome-unknown") {
				t.Errorf("title %q, type %q", p.Title, p.Type)
			}
			for name, value := range c.headers {
				if got := p.headers.Get(name); got != value {
					t.Errorf("%s: %q, want %q", name, got, value)
				}
			}
			if strings.Contains(p.Detail, "password") {
				t.Error("the cause is told to the client")
			}
			w := httptest.NewRecorder()
			writeProblem(w, p)
			if w.Code != c.status || w.Header().Get("Content-Type") != "application/problem+json" {
				t.Errorf("written: %d %v", w.Code, w.Header())
			}
		})
	}
}

// failing is a store whose writes fail as it is told.
type failing struct {
	store.Store
	with atomic.Pointer[error]
}

func (f *failing) fails() error {
	if err := f.with.Load(); err != nil {
		return *err
	}
	return nil
}

func (f *failing) Append(ctx context.Context, k store.Key, after store.Mark, n int64, data []byte) (store.Mark, error) {
	if err := f.fails(); err != nil {
		return 0, err
	}
	return f.Store.Append(ctx, k, after, n, data)
}

func (f *failing) Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	if err := f.fails(); err != nil {
		return 0, err
	}
	return f.Store.Put(ctx, key, value, expect)
}

func TestStoreFails(t *testing.T) {
	s := &failing{Store: memory.New()}
	b := newBenchOver(t, s)
	b.kickOff(t)
	for _, c := range []struct {
		err    error
		status int
	}{{store.ErrUnavailable, 503}, {store.ErrUnknown, 504}} {
		s.with.Store(&c.err)
		for _, request := range [][3]string{
			{"POST", "/1/match/" + seed + "/events", `{"kind":"comment","comment":"x"}`},
			{"PUT", "/1/team/elp", `{"name":"X"}`},
			{"PATCH", "/1/match/" + seed, `{"stadium":"X"}`},
			{"POST", "/1/matches", `{"home":"tig","visit":"elp","date":"2011-09-11"}`},
		} {
			got := b.asOperator(t, request[0], request[1], request[2], c.status)
			b.validate(t, request[0], request[1], got)
			if (got.header.Get("Retry-After") != "") != (c.status == 503) {
				t.Errorf("%v: %d with Retry-After %q", request, got.status, got.header.Get("Retry-After"))
			}
		}
		s.with.Store(nil)
	}
	b.asOperator(t, "POST", "/1/match/"+seed+"/events", `{"kind":"comment","comment":"x"}`, 201)
}
