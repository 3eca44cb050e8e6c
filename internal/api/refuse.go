package api

import "net/http"

// Refuse answers a request that a stream's handler cannot serve, as all errors
// are answered. location is the parameter at fault ("query.since"), or "".
func Refuse(w http.ResponseWriter, _ *http.Request, status int, location, detail string) {
	p := problem(status, detail)
	if location != "" {
		p = fieldProblem(status, location, detail)
	}
	writeProblem(w, p)
}
