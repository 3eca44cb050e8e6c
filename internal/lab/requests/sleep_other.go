//go:build !linux

package requests

import "time"

// sleep sleeps as precisely as Go's timers do.
func sleep(d time.Duration) { time.Sleep(d) }
