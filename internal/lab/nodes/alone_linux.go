package nodes

import "syscall"

// alone: a signal from the terminal is not for nodes, which are told by us; and they do
// not outlive us.
func alone() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
