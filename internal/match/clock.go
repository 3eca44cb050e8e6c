package match

import (
	"math"
	"strconv"
	"strings"
)

// halves are the clock's first minute and its last regular one, by period.
var halves = map[Period]struct{ from, to int }{
	First: {0, 45}, Last: {45, 90}, FirstExtra: {90, 105}, LastExtra: {105, 120},
}

// maxStoppage is what the form of a minute, 45+99, has room for.
const maxStoppage = 99

// Minute is the match's minute at a time in Unix milliseconds, as a stored
// event shows it ("18", "45+2"), or "" where there is none: before the start,
// in breaks, in the shoot-out, after the end, and at speed 0. While the match
// is suspended it stands. Stoppage stops counting at +99.
func (s State) Minute(at int64) string {
	half, ok := halves[s.Period]
	if !ok || !(s.Speed > 0) {
		return ""
	}
	if s.Suspended {
		at = s.SuspendedAt
	}
	played := math.Floor(float64(at-s.PeriodStart) * s.Speed / 60_000)
	minute := half.from + 1 + int(min(max(played, 0), 1000))
	if minute <= half.to {
		return strconv.Itoa(minute)
	}
	return strconv.Itoa(half.to) + "+" + strconv.Itoa(min(minute-half.to, maxStoppage))
}

// Begins is when a minute of the present period, as Minute writes it, began at
// the latest; false where Minute could not have said it.
func (s State) Begins(minute string) (at int64, ok bool) {
	half, ok := halves[s.Period]
	if !ok || !(s.Speed > 0) {
		return 0, false
	}
	regular, more, _ := strings.Cut(minute, "+")
	n, err := strconv.Atoi(regular)
	if stoppage, errMore := strconv.Atoi(more); errMore == nil && err == nil {
		n += stoppage
	}
	at = s.PeriodStart + int64(math.Ceil(float64(n-half.from-1)*60_000/s.Speed))
	s.Suspended = false
	return at, err == nil && s.Minute(at) == minute
}
