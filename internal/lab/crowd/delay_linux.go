package crowd

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// runDelay is how long the threads of this process were ready to run, and did not;
// false: the kernel does not say. (schedstat: time on the processor, time on the run
// queue, both in ns, and how often.)
func runDelay() (all time.Duration, known bool) {
	threads, err := filepath.Glob("/proc/self/task/*/schedstat")
	if err != nil {
		return 0, false
	}
	for _, name := range threads {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		fields := bytes.Fields(text)
		if len(fields) < 2 {
			continue
		}
		n, err := strconv.ParseInt(string(fields[1]), 10, 64)
		if err == nil {
			all, known = all+time.Duration(n), true
		}
	}
	return all, known
}
