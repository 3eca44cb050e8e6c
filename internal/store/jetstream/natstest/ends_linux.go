package natstest

import "syscall"

// ends takes a server along when the test's process is killed.
var ends = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
