//go:build linux || darwin

package embedded

import "syscall"

// freeSpace is how many bytes we may still write to the file system of a
// folder, and how many it has in all.
func freeSpace(dir string) (free, total uint64, known bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, 0, false
	}
	block := uint64(s.Bsize)
	return s.Bavail * block, s.Blocks * block, true
}
