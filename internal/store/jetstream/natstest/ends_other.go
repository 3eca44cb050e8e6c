//go:build !linux

package natstest

import "syscall"

var ends *syscall.SysProcAttr
