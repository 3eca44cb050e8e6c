//go:build !linux

package poll

// Supported says whether this system has what this package needs.
const Supported = false

// Descriptors is how many this process may have at once; 0: not known.
func Descriptors() int { return 0 }

// GrowTable does nothing here.
func GrowTable(int) error { return nil }
