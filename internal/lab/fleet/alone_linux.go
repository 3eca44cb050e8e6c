package fleet

import (
	"os/exec"
	"syscall"
)

// alone has a process end with this one, whatever happens, and not by a Ctrl-C that is
// meant for this one, which then ends it when it has its figures.
func alone(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
