package crowd

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// runDelays are how long the threads of this process were ready to run, and did not, by
// their files; none: the kernel does not say. (schedstat: time on the processor, time on
// the run queue, both in ns, and how often.)
func runDelays() map[string]time.Duration {
	threads, err := filepath.Glob("/proc/self/task/*/schedstat")
	if err != nil {
		return nil
	}
	all := map[string]time.Duration{}
	for _, name := range threads {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		fields := bytes.Fields(text)
		if len(fields) < 2 {
			continue
		}
		if n, err := strconv.ParseInt(string(fields[1]), 10, 64); err == nil {
			all[name] = time.Duration(n)
		}
	}
	return all
}

// longestDelay is that of the thread that had to wait most since before. The loop moves
// between threads, so it may have waited longer, but no thread's waiting counts that had
// nothing to do with another's.
func longestDelay(before, now map[string]time.Duration) (longest time.Duration) {
	for name, delay := range now {
		longest = max(longest, delay-before[name])
	}
	return longest
}
