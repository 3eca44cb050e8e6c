package top

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// count is a number in five places: 9999, 12.3k, 1.23M.
func count[N int | int64 | uint64 | float64](n N) string { return scaled(float64(n), 10_000) }

// size is bytes: 512, 12.3k, 1.23M (of 1,000).
func size[N int | int64 | uint64 | float64](n N) string { return scaled(float64(n), 1000) }

// scaled to k, M, G from a least number on.
func scaled(n, least float64) string {
	if n < least {
		return strconv.FormatFloat(n, 'f', 0, 64)
	}
	for _, unit := range []string{"k", "M", "G", "T"} {
		if n /= 1000; n < 999.5 || unit == "T" {
			return three(n) + unit
		}
	}
	return ""
}

// three digits: 1.23, 12.3, 123.
func three(n float64) string {
	switch {
	case n < 9.995:
		return strconv.FormatFloat(n, 'f', 2, 64)
	case n < 99.95:
		return strconv.FormatFloat(n, 'f', 1, 64)
	}
	return strconv.FormatFloat(n, 'f', 0, 64)
}

// rate is a number a second; "-": not known yet.
func rate(n float64, known bool) string {
	switch {
	case !known:
		return "-"
	case n == 0:
		return "0"
	case n < 10:
		return strconv.FormatFloat(n, 'f', 1, 64)
	}
	return count(n)
}

// stream is bytes a second; "-": not known yet.
func stream(n float64, known bool) string {
	if !known {
		return "-"
	}
	return size(n)
}

// span is a time in few places: 0, 340us, 12.3ms, 1.23s, 5m, 3h, 2d.
func span(seconds float64) string {
	switch {
	case seconds <= 0:
		return "0"
	case seconds < 1e-6:
		return "1us"
	case seconds < 0.9995e-3:
		return strconv.FormatFloat(seconds*1e6, 'f', 0, 64) + "us"
	case seconds < 0.9995:
		return three(seconds*1e3) + "ms"
	case seconds < 60:
		return three(seconds) + "s"
	case seconds < 3600:
		return strconv.Itoa(int(seconds/60)) + "m"
	case seconds < 48*3600:
		return strconv.Itoa(int(seconds/3600)) + "h"
	}
	return strconv.Itoa(int(seconds/86400)) + "d"
}

// age is how long ago something was; "-": never.
func age(then *time.Time, now time.Time) string {
	if then == nil {
		return "-"
	}
	return whole(max(0, now.Sub(*then).Seconds()))
}

// whole seconds of a span.
func whole(seconds float64) string {
	if seconds < 60 {
		return strconv.Itoa(int(seconds)) + "s"
	}
	return span(seconds)
}

// percent of a part of 1; "-": not known yet.
func percent(part float64, known bool) string {
	if !known {
		return "-"
	}
	return strconv.FormatFloat(part*100, 'f', 0, 64) + "%"
}

// plain text of what came from elsewhere: nothing that a terminal would act on.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}
