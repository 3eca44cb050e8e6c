package gate

import (
	"net/http"

	"matchstream/internal/match"
)

// ReadLine is for the tests of the line reader alone.
var ReadLine = readLine

// Sessions is how many there are.
func (g *Gate) Sessions() int {
	s := &g.sessions
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.mu.chunks)*sessionChunk - len(s.mu.free)
}

// Enters is how many are in, those at the doors too.
func (g *Gate) Enters() int64 { return g.admission.in.Load() }

// Ask reads a stream's request.
func (g *Gate) Ask(w http.ResponseWriter, r *http.Request, position string) (user string, since *match.Position, ok bool) {
	a, ok := g.ask(w, r, position)
	return a.user, a.since, ok
}

// Places is how many connections are counted by address.
func (g *Gate) Places() (n int) {
	g.addresses.mu.Lock()
	defer g.addresses.mu.Unlock()
	for _, c := range g.addresses.mu.counts {
		n += c.n
	}
	return n
}

// Quiets are the gate's.
func (g *Gate) Quiets() *Quiet { return &g.quiet }

// N is how many there are.
func (q *Quiet) N() (n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, c := range q.mu.crowds {
		n += c.quiet.Len()
	}
	return n
}

// MostLooks is how many are looked at for one who comes.
const MostLooks = mostLooks
