//go:build unix

package pump

import "syscall"

// Reset asks the kernel: once the client has shut down its side, reading says
// nothing but that, even when a reset or a failed keep-alive came since.
func (s *socket) Reset() (reset bool) {
	c, ok := s.bottom().(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return true
	}
	err = raw.Control(func(fd uintptr) {
		code, err := syscall.GetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_ERROR)
		reset = err != nil || code != 0
	})
	return reset || err != nil
}
