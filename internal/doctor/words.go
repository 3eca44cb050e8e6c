package doctor

import (
	"fmt"
	"strconv"
)

// count is a number as one reads it: 101,070.
func count(n int64) string {
	if n == unlimited {
		return "unlimited"
	}
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// size is a number of bytes as one reads it: 1.2 GB.
func size(n int64) string {
	switch {
	case n == unlimited:
		return "unlimited"
	case n >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.0f MB", float64(n)/1e6)
	case n >= 1e4:
		return fmt.Sprintf("%.0f kB", float64(n)/1e3)
	}
	return count(n) + " bytes"
}

// watchers, so many.
func watchers(n int) string {
	if n == 1 {
		return "1 watcher"
	}
	return count(int64(n)) + " watchers"
}
