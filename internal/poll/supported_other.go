//go:build !linux

package poll

// Supported says whether this system has what this package needs.
const Supported = false

// GrowTable does nothing here.
func GrowTable(int) error { return nil }
