//go:build !unix

package pump

// Reset cannot be known here: the next write will tell.
func (s *socket) Reset() bool { return false }
