package bound

import (
	"os"
	"syscall"
	"testing"
	"time"
)

// pause has a process stand still from now on, for so long.
func pause(t *testing.T, p *os.Process, d time.Duration) {
	if err := p.Signal(syscall.SIGSTOP); err != nil {
		t.Error(err)
	}
	time.AfterFunc(d, func() { p.Signal(syscall.SIGCONT) }) //nolint:errcheck // it may have ended
}
