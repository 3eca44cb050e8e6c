package api

import (
	"context"
	"errors"
	"net/http"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store"
)

// problemOf says how an error of the rooms below is answered. writing: the
// request was to change something.
func (s *server) problemOf(r *http.Request, err error, writing bool) *Problem {
	var (
		own       *Problem
		refused   *match.Error
		condition *live.ConditionError
		conflict  *live.ConflictPosition
		damaged   *live.DamagedError
	)
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &refused):
		return refusal(refused)
	case errors.As(err, &condition):
		p := problem(http.StatusPreconditionFailed, "header.If-Match: something has happened since: the match stands at "+condition.Present.String())
		p.Errors = []FieldError{{Location: "header.If-Match", Message: condition.Error()}}
		p.Position = condition.Present.String()
		p.header("ETag", quote(p.Position))
		return p
	case errors.As(err, &conflict):
		p := problem(http.StatusConflict, "query.since: "+conflict.Error()+": it stands at "+conflict.Present.String())
		p.Errors = []FieldError{{Location: "query.since", Message: conflict.Error()}}
		p.Position = conflict.Present.String()
		return p
	case errors.As(err, &damaged):
		// Logged when it was found. It lasts until somebody restores the store.
		detail := damaged.Error()
		if writing {
			detail += "; nothing was stored"
		}
		p := problem(http.StatusServiceUnavailable, detail)
		p.header("Retry-After", "60")
		return p
	case errors.Is(err, live.ErrNotFound):
		return fieldProblem(http.StatusNotFound, "path.id", "there is no such match")
	case errors.Is(err, live.ErrExists):
		return fieldProblem(http.StatusConflict, "body", "a match of these teams on this day exists already")
	case errors.Is(err, live.ErrKeyReused):
		return fieldProblem(http.StatusUnprocessableEntity, "header.Idempotency-Key",
			"was used within the last day for a request with another body; expected a new one")
	case errors.Is(err, store.ErrUnknown) && writing, errors.Is(err, context.DeadlineExceeded) && writing && !errors.Is(err, store.ErrUnavailable):
		s.Log.Warn("outcome of a change unknown", "method", r.Method, "path", r.URL.Path, "cause", err)
		p := problem(http.StatusGatewayTimeout, "the store did not answer in time: perhaps it is stored, perhaps not; repeat with the same Idempotency-Key")
		p.Type, p.Title = "urn:matchstream:outcome-unknown", "outcome-unknown"
		return p
	case errors.Is(err, store.ErrFull):
		s.Log.Warn("no space in the store", "method", r.Method, "path", r.URL.Path, "cause", err)
		p := problem(http.StatusServiceUnavailable, "the server's disk is full; nothing was stored. Once there is space on it again (old matches deleted, a larger disk) it goes on by itself; what was stored before is safe")
		p.header("Retry-After", "10")
		return p
	case errors.Is(err, store.ErrUnwritable):
		s.Log.Warn("the store cannot be written", "method", r.Method, "path", r.URL.Path, "cause", err)
		p := problem(http.StatusServiceUnavailable, "the server's disk cannot be written now; nothing was stored. It goes on by itself when the disk does; what was stored before is safe")
		p.header("Retry-After", "10")
		return p
	case errors.Is(err, store.ErrRemoved):
		s.Log.Warn("this node was removed from its cluster", "method", r.Method, "path", r.URL.Path, "cause", err)
		p := problem(http.StatusServiceUnavailable, "this node was removed from its cluster and takes nothing more: go to another one; nothing was stored")
		p.header("Retry-After", "10")
		return p
	case errors.Is(err, store.ErrUnavailable), errors.Is(err, store.ErrClosed), errors.Is(err, store.ErrUnknown),
		errors.Is(err, store.ErrConflict), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		s.Log.Warn("store unavailable", "method", r.Method, "path", r.URL.Path, "cause", err)
		detail := "the store cannot be reached"
		if writing {
			detail += "; nothing was stored"
		}
		p := problem(http.StatusServiceUnavailable, detail)
		p.header("Retry-After", "1")
		return p
	}
	s.Log.Error("request failed", "method", r.Method, "path", r.URL.Path, "cause", err)
	return problem(http.StatusInternalServerError, internalTrouble)
}

// refusal is a request that match refuses.
func refusal(e *match.Error) *Problem {
	status := http.StatusUnprocessableEntity
	switch e.Reason {
	case match.NotJSON:
		status = http.StatusBadRequest
	case match.Refused:
		status = http.StatusConflict
	}
	location := "body"
	if e.Field != "" {
		location += "." + e.Field
	}
	p := fieldProblem(status, location, e.Message)
	p.Next = e.Next
	return p
}
