//go:build unix && !linux

package poll

import "golang.org/x/sys/unix"

// Unread is how many bytes of the other side nobody has read, as far as that is
// asked here: one at most. 0 if it is not known, and if there is nothing but its
// end.
func Unread(fd int32) int32 {
	var first [1]byte
	n, _, err := unix.Recvfrom(int(fd), first[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
	if err != nil {
		return 0
	}
	return int32(n)
}
