package pump

import (
	"net"
	"syscall"

	"matchstream/internal/poll"
)

// Unread says whether bytes of the client wait in the socket of a plain
// connection, or of the one beneath. False if it cannot be known, and if nothing
// waits but its end. It reads nothing and waits for nothing; any goroutine.
func Unread(c net.Conn) (waits bool) {
	s, ok := beneath(c).(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return false
	}
	raw.Control(func(fd uintptr) { waits = poll.Unread(int32(fd)) > 0 }) // an error: it has been closed
	return waits
}
