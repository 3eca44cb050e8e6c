//go:build unix

package fleet

import "syscall"

// ownRoom is how many users fit into a process of this machine.
func ownRoom() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return mostUsers
	}
	return roomOf(uint64(limit.Cur))
}
