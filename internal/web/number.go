package web

import (
	"math"
	"strconv"
	"strings"
	"time"

	"matchstream/internal/vitals"
)

// none is shown where there is no number.
const none = "–"

// number as people read it: 1.2 M, 38 kB/s, 4.1 ms, 97 %.
func (r reader) number(v float64, u vitals.Unit) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return none
	}
	text := ""
	switch u {
	case vitals.Count:
		text = scaled(math.Round(v), 10_000, " ", "", "k", "M", "G")
	case vitals.Rate:
		if text = scaled(v, 10_000, " ", "", "k", "M", "G"); text != "0" {
			text += "/s"
		}
	case vitals.Bytes:
		text = scaled(v, 1000, " ", "B", "kB", "MB", "GB", "TB")
	case vitals.Stream:
		text = scaled(v, 1000, " ", "B/s", "kB/s", "MB/s", "GB/s")
	case vitals.Duration:
		text = duration(v)
	case vitals.Share:
		text = strconv.FormatFloat(math.Floor(v*100), 'f', 0, 64) + " %"
	case vitals.Cores:
		text = digits(v)
	case vitals.Switch:
		if v > 0 {
			return r.Say("node.yes")
		}
		return r.Say("node.no")
	}
	return strings.Replace(text, ".", r.Say("node.point"), 1)
}

// scaled has a unit for each thousand; below least it has the first.
func scaled(v, least float64, space string, units ...string) string {
	i := 0
	for v >= least && i < len(units)-1 {
		v, i = v/1000, i+1
		least = 999.5 // which would be written as 1000
	}
	if units[i] == "" {
		return digits(v)
	}
	return digits(v) + space + units[i]
}

// digits are two or three that count.
func digits(v float64) string {
	decimals := 0
	switch {
	case v < 0.005:
		return "0"
	case v < 0.995:
		decimals = 2
	case v < 99.95:
		decimals = 1
	}
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', decimals, 64), ".0")
}

func duration(seconds float64) string {
	switch {
	case seconds == 0:
		return "0 s"
	case seconds < 0.001:
		return digits(math.Round(seconds*1e6)) + " µs"
	case seconds < 1:
		return digits(seconds*1e3) + " ms"
	case seconds < 120:
		return digits(seconds) + " s"
	}
	return digits(math.Round(seconds/60)) + " min"
}

// span is a time that passes, in its two largest units.
func (r reader) span(seconds float64) string {
	d := time.Duration(max(0, seconds)) * time.Second
	days, hours, minutes := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	switch {
	case days > 0:
		return strconv.Itoa(days) + " d " + strconv.Itoa(hours) + " h"
	case hours > 0:
		return strconv.Itoa(hours) + " h " + strconv.Itoa(minutes) + " min"
	case minutes > 0:
		return strconv.Itoa(minutes) + " min"
	}
	return strconv.Itoa(int(d.Seconds())) + " s"
}
