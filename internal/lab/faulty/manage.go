package faulty

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// read reads a JSON body; what it does not know is an error.
func read(r *http.Request, to any) error {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	return d.Decode(to)
}

func (s *Server) getTeam(r *http.Request) (int, any) {
	id := r.PathValue("team")
	s.mu.Lock()
	defer s.mu.Unlock()
	name, known := s.mu.teams[id]
	if !known {
		return http.StatusNotFound, problem("there is no team %q", id)
	}
	return http.StatusOK, map[string]string{"id": id, "name": name}
}

func (s *Server) putTeam(r *http.Request) (int, any) {
	var team struct {
		Name     string `json:"name"`
		Division string `json:"division"`
		Colours  any    `json:"colours"`
	}
	if err := read(r, &team); err != nil || team.Name == "" {
		return http.StatusUnprocessableEntity, problem("expected a name: %v", err)
	}
	id := r.PathValue("team")
	s.mu.Lock()
	defer s.mu.Unlock()
	status := http.StatusOK
	if _, known := s.mu.teams[id]; !known {
		status = http.StatusCreated
	}
	s.mu.teams[id] = team.Name
	return status, map[string]string{"id": id, "name": team.Name}
}

func (s *Server) makeMatch(r *http.Request) (int, any) {
	var wish struct {
		Home        string   `json:"home"`
		Visit       string   `json:"visit"`
		Date        string   `json:"date"`
		Stadium     string   `json:"stadium"`
		Competition string   `json:"competition"`
		Kickoff     string   `json:"kickoff"`
		Speed       *float64 `json:"speed"`
	}
	if err := read(r, &wish); err != nil {
		return http.StatusBadRequest, problem("%v", err)
	}
	if _, err := time.Parse(time.DateOnly, wish.Date); err != nil || wish.Home == wish.Visit {
		return http.StatusUnprocessableEntity, problem("expected two teams and a date")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range []string{wish.Home, wish.Visit} {
		if _, known := s.mu.teams[id]; !known {
			return http.StatusUnprocessableEntity, problem("there is no team %q", id)
		}
	}
	g := newGame(wish.Home, wish.Visit, wish.Date)
	if s.mu.matches[g.id] != nil {
		return http.StatusConflict, problem("there is a match %s", g.id)
	}
	s.mu.matches[g.id] = g
	return http.StatusCreated, g.moment().object()
}

func (s *Server) deleteMatch(g *game, _ *http.Request) (int, any) {
	s.mu.Lock()
	delete(s.mu.matches, g.id)
	s.mu.Unlock()
	g.delete()
	return http.StatusNoContent, nil
}

// firstTime is what a request with an Idempotency-Key was answered.
type firstTime struct {
	asked  []byte
	status int
	body   any
}

// once answers a repeat of a request, by its Idempotency-Key, as the first was answered.
func (s *Server) once(answer func(*http.Request) (int, any)) func(*http.Request) (int, any) {
	return func(r *http.Request) (int, any) {
		asked, err := io.ReadAll(io.LimitReader(r.Body, 64<<10))
		if err != nil {
			return http.StatusBadRequest, problem("%v", err)
		}
		r.Body = io.NopCloser(bytes.NewReader(asked))
		key := r.Header.Get("Idempotency-Key")
		if key == "" {
			return answer(r)
		}
		s.posting.Lock() // one at a time: a repeat may come before the first is answered
		defer s.posting.Unlock()
		key = r.URL.Path + " " + key
		if before := s.first[key]; before != nil {
			if !bytes.Equal(before.asked, asked) {
				return http.StatusUnprocessableEntity, problem("the key is that of another request")
			}
			return before.status, before.body
		}
		status, body := answer(r)
		if status/100 == 2 {
			s.first[key] = &firstTime{asked, status, body}
		}
		return status, body
	}
}
