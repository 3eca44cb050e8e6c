//go:build !linux

package nodes

import "syscall"

func alone() *syscall.SysProcAttr { return nil }
