package cli

import (
	"fmt"
	"strings"
	"time"

	"matchstream/internal/lab"
)

const barWidth = 44 // columns of the longest bar

// readable is a histogram that one can read: a row for each range of durations, in steps of
// 1, 2 and 5, from the first that has any to the last; a bar as long as its share.
func readable(h *lab.Histogram) string {
	if h.Count() == 0 {
		return "  none\n"
	}
	var bounds []time.Duration
	var counts []int64
	bound, step := 10*time.Microsecond, 0
	next := func() {
		bounds, counts = append(bounds, bound), append(counts, 0)
		bound = bound * []time.Duration{2, 5, 2}[step%3] / []time.Duration{1, 2, 1}[step%3]
		step++
	}
	next()
	for _, bar := range h.Raw().Distribution() {
		if bar.Count == 0 {
			continue
		}
		for time.Duration(bar.From)*time.Microsecond > bounds[len(bounds)-1] {
			next()
		}
		counts[len(counts)-1] += bar.Count
	}
	most := int64(0)
	for _, n := range counts {
		most = max(most, n)
	}
	var b strings.Builder
	begun := false
	for i, n := range counts {
		if begun = begun || n > 0; begun {
			line := blocks(float64(n)/float64(most)*barWidth, n > 0)
			fmt.Fprintf(&b, "  to %6s %8d %5.1f%% %s\n", bounds[i], n, 100*float64(n)/float64(h.Count()), line)
		}
	}
	return b.String()
}

// blocks are so many columns of blocks, to an eighth; some: it is not nothing.
func blocks(columns float64, some bool) string {
	eighths := int(8*columns + 0.5)
	if some {
		eighths = max(eighths, 1)
	}
	text := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		text += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return text
}
