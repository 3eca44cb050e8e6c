//go:build !unix

package poll

// Descriptors is how many this process may have at once; 0: not known.
func Descriptors() int { return 0 }

// CPU is how many seconds of a processor this process has had; 0: not known
// here.
func CPU() float64 { return 0 }
