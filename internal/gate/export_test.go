package gate

// ReadLine is for the tests of the line reader alone.
var ReadLine = readLine

// Enters is how many are in, those at the doors too.
func (g *Gate) Enters() int64 { return g.admission.in.Load() }
