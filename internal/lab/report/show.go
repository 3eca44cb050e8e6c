package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"matchstream/internal/lab"
)

// duration is seconds for a person, in at most six characters up to an hour: 612ms, 1.2s,
// 2m04s.
func duration(v float64) string { return lasting(v, digits) }

// measured is duration with three digits always, so that columns are read down: 1.20s.
func measured(v float64) string { return lasting(v, digits3) }

func lasting(v float64, digits func(float64) string) string {
	switch {
	case math.IsNaN(v):
		return "–"
	case v < 0:
		return "-" + lasting(-v, digits)
	case v == 0:
		return "0"
	case v < 0.9995e-3:
		return digits(v*1e6) + "µs"
	case v < 0.9995:
		return digits(v*1e3) + "ms"
	case v < 59.95:
		return digits(v) + "s"
	}
	d := time.Duration(v * float64(time.Second)).Round(time.Second)
	if d < time.Hour {
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
}

// clock is seconds since a beginning: 4:05, 1:04:05.
func clock(v float64) string {
	s := int(math.Round(v))
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// digits is a number with up to three digits that count, no zeros behind the point.
func digits(v float64) string {
	s := digits3(v)
	if strings.Contains(s, ".") {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// digits3 is a number with three digits that count.
func digits3(v float64) string {
	switch {
	case v >= 99.95:
		return strconv.FormatFloat(math.Round(v), 'f', 0, 64)
	case v >= 9.995:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

// count is a number with commas: 64,000.
func count(v float64) string {
	if v < 0 {
		return "-" + count(-v)
	}
	if v != math.Trunc(v) && v < 1000 {
		return digits(v)
	}
	s := strconv.FormatFloat(math.Round(v), 'f', 0, 64)
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}

// short is a number in at most five characters: 64,000 is 64k.
func short(v float64) string {
	switch {
	case math.Abs(v) >= 999.5e6:
		return digits(v/1e9) + "G"
	case math.Abs(v) >= 999.5e3:
		return digits(v/1e6) + "M"
	case math.Abs(v) >= 9999.5:
		return digits(v/1e3) + "k"
	}
	return count(v)
}

// memory is a number of them: 412 MiB.
func memory(v float64) string {
	for _, unit := range []struct {
		name string
		size float64
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if math.Abs(v) >= unit.size*0.9995 {
			return digits(v/unit.size) + " " + unit.name
		}
	}
	return count(v) + " B"
}

// value is a figure by its name.
func value(name string, v float64) string {
	switch {
	case lab.IsDuration(name), strings.HasSuffix(name, ".cpu"), strings.HasSuffix(name, ".run-delay"):
		return measured(v)
	case strings.Contains(name, ".memory"), name == "bytes":
		return memory(v)
	case strings.HasSuffix(name, ".cores"):
		return digits3(v)
	}
	return count(v)
}

// ratio is b/a: 2.00×.
func ratio(v float64) string {
	if v >= 99.95 {
		return count(math.Round(v)) + "×"
	}
	return strconv.FormatFloat(v, 'f', 2, 64) + "×"
}

// many is a count and what it is of: 1 user, 16 users.
func many(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(float64(n)) + " " + one + "s"
}
