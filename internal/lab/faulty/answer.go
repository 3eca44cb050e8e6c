package faulty

import (
	"net/http"
	"strconv"
)

// answer makes a handler of what answers a route, with the faults of that route.
func (s *Server) answer(route string, right func(http.ResponseWriter, *http.Request) (int, any)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.begin() {
			return
		}
		defer s.works.Done()
		f := s.fault
		var status int
		var body any
		fails := s.turn(route, f.Fail[route])
		if fails {
			s.did(Failed)
			status, body = f.Status, problem("not now")
			if status == 0 {
				status = http.StatusServiceUnavailable
			}
		} else if status, body = right(w, r); status == 0 {
			return
		}
		if !s.sleep(f.Slow[route]+s.beyond(), r.Context().Done()) {
			return
		}
		s.count(status)
		w.Header().Set("Match-Stream-API-Version", "1")
		if status == http.StatusNoContent {
			w.WriteHeader(status)
			return
		}
		kind := "application/json"
		if status/100 != 2 {
			kind = "application/problem+json"
		}
		b := asJSON(body)
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Content-Length", strconv.Itoa(len(b)))
		w.WriteHeader(status)
		if !fails && s.turn("short "+route, f.Short[route]) {
			s.did(Shortened)
			w.Write(b[:len(b)/2])                 //nolint:errcheck // it is cut in any case
			http.NewResponseController(w).Flush() //nolint:errcheck // likewise
			panic(http.ErrAbortHandler)
		}
		w.Write(b) //nolint:errcheck // he has gone then
		if !fails && s.turn("stale "+route, f.Stale[route]) {
			s.did(Staled)
			http.NewResponseController(w).Flush() //nolint:errcheck // likewise
			panic(http.ErrAbortHandler)
		}
	}
}

// count counts an answer.
func (s *Server) count(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.record.Answers[status]++
}
