package acmetest

import "syscall"

// ends takes an authority along when the test's process is killed.
var ends = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
