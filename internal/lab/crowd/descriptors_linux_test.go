package crowd

import (
	"syscall"
	"testing"

	"matchstream/internal/lab"
	"matchstream/internal/poll"
)

// Who finds no descriptor left has not been refused by the service.
func TestNoDescriptors(t *testing.T) {
	at, _ := sender(t)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
			t.Error(err)
		}
	}()
	few := limit
	few.Cur = uint64(poll.InUse() + 20)
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &few); err != nil {
		t.Fatal(err)
	}
	c := gatherAll(t, lab.Plan{Users: 40, Lines: []string{at}, Match: game})
	tally := c.Tally()
	finish(t, c, 0, "now")
	if n := tally.Own[lab.NoDescriptors]; n < 10 || int(n)+tally.Been != 40 || len(tally.Errors) > 0 || len(tally.Own) != 1 {
		t.Errorf("own %v, been %d, errors %v", tally.Own, tally.Been, tally.Errors)
	}
}
