//go:build !linux && !darwin

package embedded

// freeSpace is not known here.
func freeSpace(string) (free, total uint64, known bool) { return 0, 0, false }
