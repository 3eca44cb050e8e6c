//go:build !unix

package requests

import "time"

// cpu is what this process has used so far: not known here.
func cpu() time.Duration { return 0 }
