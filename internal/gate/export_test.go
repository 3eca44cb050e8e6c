package gate

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
