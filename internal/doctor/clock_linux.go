package doctor

import "golang.org/x/sys/unix"

// synchronized asks the kernel whether something keeps its clock right (adjtimex(2)).
func synchronized() (bool, error) {
	var t unix.Timex // no mode: nothing is changed
	state, err := unix.Adjtimex(&t)
	return state != unix.TIME_ERROR && t.Status&unix.STA_UNSYNC == 0, err
}
