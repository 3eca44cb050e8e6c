//go:build !linux

package acmetest

import "syscall"

var ends *syscall.SysProcAttr
