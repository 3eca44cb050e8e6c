package doctor

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestClockKept(t *testing.T) {
	for _, c := range []struct {
		state  int
		status int32
		want   bool
	}{
		{unix.TIME_OK, unix.STA_PLL | unix.STA_NANO, true}, {unix.TIME_INS, 0, true},
		{unix.TIME_OK, unix.STA_UNSYNC, false}, {unix.TIME_ERROR, 0, false}, {unix.TIME_ERROR, unix.STA_UNSYNC | unix.STA_NANO, false},
	} {
		if kept(c.state, c.status) != c.want {
			t.Errorf("%+v", c)
		}
	}
	if _, err := synchronized(); err != nil { // it may be asked by anybody
		t.Error(err)
	}
}
