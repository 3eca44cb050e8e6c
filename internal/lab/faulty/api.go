package faulty

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"

	"matchstream/internal/lab"
)

// routes are those of the API. Each answers with a status and what is to be JSON; 0:
// the connection was taken over.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	add := func(pattern, route string, answer func(*http.Request) (int, any)) {
		mux.HandleFunc(pattern, s.answer(route, func(_ http.ResponseWriter, r *http.Request) (int, any) { return answer(r) }))
	}
	add("GET /1/checkin", "checkin", s.checkin)
	add("GET /1/matches", "matches", s.list)
	add("GET /matches", "matches", s.list)
	add("GET /1/match/{match}", "match", s.ofMatch(func(g *game, _ *http.Request) (int, any) { return http.StatusOK, g.moment().object() }))
	add("GET /1/match/{match}/history", "history", s.ofMatch(history))
	add("POST /1/match/{match}/events", "events", s.once(s.ofMatch(s.post)))
	add("GET /1/team/{team}", "manage", s.getTeam)
	add("PUT /1/team/{team}", "manage", s.putTeam)
	add("POST /1/matches", "manage", s.once(s.makeMatch))
	add("DELETE /1/match/{match}", "manage", s.ofMatch(s.deleteMatch))
	for route, via := range map[string]lab.Protocol{"stream": lab.SSE, "ws": lab.WebSocket} {
		mux.HandleFunc("GET /1/match/{match}/"+route, s.answer(route, func(w http.ResponseWriter, r *http.Request) (int, any) { return s.stream(w, r, route, via) }))
	}
	return mux
}

// problem is why something is refused.
func problem(format string, args ...any) map[string]any {
	return map[string]any{"title": "refused", "detail": fmt.Sprintf(format, args...)}
}

func (s *Server) checkin(*http.Request) (int, any) {
	host, port, _ := net.SplitHostPort(s.Lines())
	n, _ := strconv.Atoi(port)
	return http.StatusOK, map[string]any{"port": n, "host": host}
}

func (s *Server) list(*http.Request) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []string{}
	for id := range s.mu.matches {
		all = append(all, id)
	}
	slices.Sort(all)
	return http.StatusOK, all
}

func (s *Server) ofMatch(answer func(*game, *http.Request) (int, any)) func(*http.Request) (int, any) {
	return func(r *http.Request) (int, any) {
		g := s.game(r.PathValue("match"))
		if g == nil {
			return http.StatusNotFound, problem("there is no match %q", r.PathValue("match"))
		}
		return answer(g, r)
	}
}

func history(g *game, r *http.Request) (int, any) {
	from := int64(0)
	if since := r.FormValue("since"); since != "" {
		p, err := parsePosition(since)
		if err != nil {
			return http.StatusUnprocessableEntity, problem("%v", err)
		}
		var ok bool
		if from, ok = p.within(g); !ok {
			return http.StatusConflict, problem("the position is not one of this match")
		}
	}
	events, _, _, _ := g.news(from)
	all := []object{}
	for _, e := range events {
		all = append(all, g.event(e))
	}
	return http.StatusOK, all
}

// post is an event that somebody sends.
func (s *Server) post(g *game, r *http.Request) (int, any) {
	var p posted
	if err := read(r, &p); err != nil {
		return http.StatusBadRequest, problem("%v", err)
	}
	e, err := s.happen(g, p)
	switch {
	case errors.Is(err, errCannot):
		return http.StatusConflict, problem("%v", err)
	case err != nil:
		return http.StatusUnprocessableEntity, problem("%v", err)
	}
	return http.StatusCreated, g.event(e)
}
